using System.Diagnostics;
using System.Globalization;

namespace Padron.Benchmarks;

/// <summary>The real program, serving on a free port of this machine.</summary>
sealed class ServeProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly Process process;

    ServeProcess(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    /// <exception cref="InvalidOperationException">It ended, or did not say where it listens.</exception>
    public static async Task<ServeProcess> StartAsync(Register register)
    {
        var started = Process.Start(PadronProcess.Of(register, "serve", "--urls", "http://127.0.0.1:0"))!;
        try
        {
            using var deadline = new CancellationTokenSource(Patience);
            while (await started.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                if (line.Split(' ', ',', ';').FirstOrDefault(word => word.StartsWith("http://", StringComparison.Ordinal)) is { } address && line.StartsWith("Listening", StringComparison.Ordinal))
                {
                    _ = started.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None); // or its log would fill the pipe
                    return new(started, new Uri(address));
                }
            }

            throw new InvalidOperationException("padron serve ended before it listened: see what it wrote above.");
        }
        catch
        {
            started.Kill();
            started.Dispose();
            throw;
        }
    }

    /// <summary>Ends it as Ctrl-C does, so that it writes out what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        process.Dispose();
    }
}
