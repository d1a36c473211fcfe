using System.Diagnostics;
using System.Globalization;
using Padron.Integration.Tests.Containers;

namespace Padron.Integration.Tests.Fixture;

/// <summary>A Redis of a test's own, on a port of this machine: stopped, started again, frozen, asked.</summary>
sealed class RedisServer(string? file = null) : IAsyncDisposable
{
    readonly int port = Ports.Free();
    Process? process;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    /// <param name="file">Settings of its own; those of the command line are stronger.</param>
    public static async Task<RedisServer> StartedAsync(string? file = null)
    {
        var server = new RedisServer(file);
        await server.StartAsync();
        return server;
    }

    /// <summary>Empty, as a cache is that keeps nothing on disk.</summary>
    public async Task StartAsync()
    {
        process = Process.Start(new ProcessStartInfo(
            Programs.Require("redis-server"),
            [.. file is null ? (string[])[] : [file], "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath(), "--loglevel", "warning"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        await Eventually.TrueAsync(async () => process.HasExited || await AskAsync("ping") == "PONG");
        process.HasExited.ShouldBeFalse();
    }

    public async Task StopAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>It keeps its connections and answers nothing.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ContinueAsync() => SignalAsync("CONT");

    /// <returns>What <c>redis-cli</c> prints.</returns>
    public async Task<string> AskAsync(params string[] words)
    {
        using var client = Process.Start(new ProcessStartInfo(Programs.Require("redis-cli"), ["-p", port.ToString(CultureInfo.InvariantCulture), .. words])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = client.StandardError.ReadToEndAsync();
        var answer = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        await errors;
        return answer.TrimEnd('\n');
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await StopAsync();
    }

    async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0);
    }
}
