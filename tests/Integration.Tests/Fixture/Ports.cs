using System.Net;
using System.Net.Sockets;

namespace Padron.Integration.Tests.Fixture;

static class Ports
{
    /// <summary>A port of this machine that was free a moment ago.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
