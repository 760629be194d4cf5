"""Following ideas: people who follow an idea see on their account's page when it changes."""
