"""The networks: generators, discriminators, and the pretrained ones that losses listen to."""
