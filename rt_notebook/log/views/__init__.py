"""What the eye reads out of a log: charts, diagrams, transcripts, pages."""
