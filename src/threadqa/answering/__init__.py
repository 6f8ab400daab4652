"""From hits to an answer: sentences chosen from posts, each cited and checked, or a refusal."""
