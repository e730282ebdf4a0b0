"""What a backend keeps of how it was made, in its folder .backend/."""
