"""The next period's campaign, one click from the last."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from kaohe.campaigns import services
from kaohe.campaigns.errors import Refusal
from kaohe.campaigns.models import Campaign
from kaohe.register.access import requires


@requires("organiser")
@require_POST
def following(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare the next period's campaign and go to its set-up."""
    campaign = get_object_or_404(Campaign.objects.select_related("scheme"), pk=pk)
    try:
        made, left_out = services.next_campaign(campaign, actor=request.user)
    except Refusal as error:
        messages.error(request, str(error))
        return redirect("organiser:campaign", pk=pk)
    messages.success(request, f"已按同样的设置新建“{made.title}”，请核对后开始。")
    if left_out:
        messages.warning(request, f"已停用或离任，没有列入：{'、'.join(left_out)}。")
    return redirect("organiser:setup_units", pk=made.pk)
