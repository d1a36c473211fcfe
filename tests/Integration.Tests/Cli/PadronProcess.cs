using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Padron.Api.Configuration;

namespace Padron.Integration.Tests.Cli;

/// <summary>How a command of the real program ended.</summary>
sealed record ProcessEnd(int ExitCode, string StdOut, string StdErr)
{
    /// <summary>Standard output, all of it, as JSON: a stray line would not parse.</summary>
    public JsonElement Json => JsonDocument.Parse(StdOut).RootElement;

    public ProcessEnd ShouldBeDone()
    {
        ExitCode.ShouldBe(0, StdErr);
        return this;
    }

    /// <summary>Ended with a sentence, nothing on standard output and no stack.</summary>
    public void ShouldHaveFailed(int exitCode, string sentence)
    {
        StdErr.ShouldContain(sentence);
        StdErr.ShouldNotContain("   at ");
        StdErr.ShouldNotContain("Exception");
        StdOut.ShouldBeEmpty();
        ExitCode.ShouldBe(exitCode, StdErr);
    }

    /// <summary>Ended by Ctrl-C, with a sentence behind what it had shown of its progress.</summary>
    public void ShouldHaveStopped()
    {
        ShouldHaveFailed(1, "Stopped. What was done stays; the same command, or --resume where there is one, goes on.");
    }
}

/// <summary>The program as its users start it: a process with arguments and an environment.</summary>
sealed class PadronProcess : IDisposable
{
    readonly Process process;
    readonly Task<string> stdOut, stdErr;

    PadronProcess(Process process)
    {
        this.process = process;
        (stdOut, stdErr) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    public static PadronProcess Start(string workingDirectory, IReadOnlyDictionary<string, string> environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(PadronSettings).Assembly.Location, .. arguments])
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the machine has set for its own Padrón is not for a test.
        foreach (var name in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => (string)entry.Key).Where(name => name.StartsWith("PADRON_", StringComparison.Ordinal)))
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Start(start);
    }

    /// <param name="start">With both outputs redirected.</param>
    public static PadronProcess Start(ProcessStartInfo start) => new(Process.Start(start)!);

    public bool HasExited => process.HasExited;

    public int Id => process.Id;

    /// <param name="patience">Only what hangs takes so long: two minutes unless given.</param>
    public async Task<ProcessEnd> EndAsync(TimeSpan? patience = null)
    {
        using var deadline = new CancellationTokenSource(patience ?? TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill();
            throw new TimeoutException($"`padron {string.Join(' ', process.StartInfo.ArgumentList.Skip(2))}` did not end. It told: {await stdOut}{await stdErr}", late);
        }

        return new(process.ExitCode, await stdOut, await stdErr);
    }

    /// <summary>SIGKILL: no handler runs.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGINT, as Ctrl-C sends it.</summary>
    public Task InterruptAsync() => SignalAsync("INT");

    /// <summary>SIGTERM, as service managers and containers send it.</summary>
    public Task TerminateAsync() => SignalAsync("TERM");

    /// <summary>SIGSTOP: it does nothing more, and its connections stay open.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT: it goes on where it was.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
