using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Padron.Integration.Tests.MartenExtensions.Daemon;

/// <summary>A way to the tests' PostgreSQL that can be cut without a word: nothing passes, and neither end learns of it.</summary>
sealed class CutLink : IAsyncDisposable
{
    readonly NpgsqlConnectionStringBuilder server;
    readonly ConcurrentBag<Socket> open = [];
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly Task accepting;
    volatile TaskCompletionSource passes = new();

    public CutLink(string connectionString)
    {
        server = new(connectionString);
        passes.SetResult();
        listener.Start();
        accepting = AcceptAsync();
    }

    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port }.ConnectionString;

    public void Cut() => passes = new();

    public void Mend() => passes.SetResult();

    public async ValueTask DisposeAsync()
    {
        passes.TrySetResult();
        listener.Dispose();
        while (open.TryTake(out var socket))
            socket.Dispose();
        await accepting;
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = JoinAsync(await listener.AcceptSocketAsync());
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    async Task JoinAsync(Socket client)
    {
        var isLocal = server.Host!.StartsWith('/');
        var upstream = isLocal ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        open.Add(client);
        open.Add(upstream);
        try
        {
            await upstream.ConnectAsync(isLocal ? new UnixDomainSocketEndPoint($"{server.Host}/.s.PGSQL.{server.Port}") : new DnsEndPoint(server.Host, server.Port));
            await Task.WhenAny(PumpAsync(client, upstream), PumpAsync(upstream, client));
            await passes.Task; // the end of one end is not told across a cut
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // One end went away.
        }

        client.Dispose();
        upstream.Dispose();
    }

    async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer) is > 0 and var received)
        {
            await passes.Task;
            await to.SendAsync(buffer.AsMemory(0, received));
        }
    }
}
