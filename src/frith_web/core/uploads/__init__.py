"""The one gate for every file that people bring: what it is by its content, and if it is safe."""
