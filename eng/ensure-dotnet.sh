#!/bin/sh
# Says what to install when the .NET SDK is missing or too old; silent and quick otherwise.
set -eu
version=$(dotnet --version 2>/dev/null || true)
case $version in
    1[0-9].*) ;;
    *)
        echo "padron is built with the .NET SDK 10 (found: ${version:-none}). Install it: package dotnet-sdk-10.0, or Microsoft's dotnet-install script." >&2
        exit 3
        ;;
esac
