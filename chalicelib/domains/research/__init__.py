"""The context cache: a topic is researched once in seven days, whoever asks how often."""
