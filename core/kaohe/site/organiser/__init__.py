"""The organiser's pages: open a campaign, see what is late, close stages."""
