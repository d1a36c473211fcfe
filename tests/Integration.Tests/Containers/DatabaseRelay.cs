using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Padron.Integration.Tests.Containers;

/// <summary>A port that leads to the tests' PostgreSQL, whose own socket no other user may enter; closed, it is a server that was stopped.</summary>
sealed class DatabaseRelay : IAsyncDisposable
{
    readonly NpgsqlConnectionStringBuilder server;
    readonly ConcurrentBag<Socket> open = [];
    TcpListener listener = new(IPAddress.Loopback, 0);
    Task accepting = Task.CompletedTask;

    public DatabaseRelay(string connectionString)
    {
        server = new(connectionString);
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

    public async Task CloseAsync()
    {
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
            await using var near = new NetworkStream(client, ownsSocket: true);
            await using var far = new NetworkStream(upstream, ownsSocket: true);
            await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
        }
        catch (Exception closed) when (closed is IOException or SocketException or ObjectDisposedException)
        {
            // One end went away; both are closed now.
        }
    }
}
