"""What users bring: recordings, documents, pictures, music."""
