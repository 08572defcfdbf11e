"""What follows from the scores of all subjects: quotas on grades, lists, streaks."""
