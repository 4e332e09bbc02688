"""What one lesson alone needs; each module is named by the lesson that teaches it."""
