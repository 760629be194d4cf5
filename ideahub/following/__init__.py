"""Following: who follows an idea sees on their account's page when it changes; who follows a
challenge or idea box is told of its news."""
