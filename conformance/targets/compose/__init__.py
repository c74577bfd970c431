"""`--target compose`: MySQL and two DAS nodes as containers of compose/compose.yaml."""
