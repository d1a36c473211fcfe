using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Padron.Integration.Tests.Fixture;

/// <summary>
/// A port that leads to the tests' PostgreSQL, whose own socket no other user may enter. Closed, it is a server that was stopped; cut, nothing passes and neither end
/// learns of it.
/// </summary>
sealed class DatabaseRelay : IAsyncDisposable
{
    readonly NpgsqlConnectionStringBuilder server;
    readonly ConcurrentBag<Socket> open = [];
    TcpListener listener = new(IPAddress.Loopback, 0);
    Task accepting = Task.CompletedTask;
    volatile TaskCompletionSource passes = new();

    public DatabaseRelay(string connectionString)
    {
        server = new(connectionString);
        passes.SetResult();
        Open();
    }

    int Port { get; set; }

    /// <summary>To the same database by way of the port.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = "127.0.0.1", Port = Port }.ConnectionString;

    public void Open()
    {
        listener = new(IPAddress.Loopback, Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public void Cut() => passes = new();

    public void Mend() => passes.TrySetResult();

    public async Task CloseAsync()
    {
        Mend();
        listener.Dispose();
        while (open.TryTake(out var socket))
            socket.Dispose();
        await accepting;
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

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
        var socket = server.Host!.StartsWith('/');
        var upstream = socket ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        open.Add(client);
        open.Add(upstream);
        try
        {
            await upstream.ConnectAsync(socket ? new UnixDomainSocketEndPoint($"{server.Host}/.s.PGSQL.{server.Port}") : new DnsEndPoint(server.Host, server.Port));
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
