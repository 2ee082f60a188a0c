"""`make sam-local`: the built functions under the SAM CLI, in Docker containers, with the AWS side on this machine.

The containers must reach an emulator and simulators that listen on 127.0.0.1 of the host. An account's address may be
plain http on loopback only, so both are named `localhost` for the containers, too: `--add-host localhost:host-gateway`
gives that name a second address there, which clients try after the container's own loopback has refused. Docker
Desktop leads host-gateway to the host's loopback; on Linux it is the bridge's address, where `relay` listens for it.
"""
