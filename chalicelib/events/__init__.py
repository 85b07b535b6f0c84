"""Ways in that are not HTTP: uploads, schedules and queues."""
