using System.Diagnostics;
using Padron.Adapters.Postgres;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.MartenExtensions.Daemon;
using Padron.Integration.Tests.MartenExtensions.Queue;

namespace Padron.Integration.Tests.Postgres;

/// <summary>Another process that uses a private cluster: this assembly, run as a program.</summary>
sealed class AttachedProcess : IDisposable
{
    readonly Process process;

    AttachedProcess(Process process) => this.process = process;

    /// <summary>The assembly as a program: a queue worker or a projection daemon where its first argument says so. Else it attaches, says so, and leaves when its standard input ends.</summary>
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is [QueueWorkerProcess.Verb, var connectionString, var outside, var parallelism])
            return await QueueWorkerProcess.MainAsync(connectionString, outside, parallelism);

        if (arguments is [DaemonProcess.Verb, var database])
            return await DaemonProcess.MainAsync(database);

        await using (await PrivateCluster.AttachAsync(TestCluster.Options(arguments[0]), CancellationToken.None))
        {
            await Console.Out.WriteLineAsync("attached");
            await Console.In.ReadToEndAsync();
        }

        return 0;
    }

    public static async Task<AttachedProcess> StartAsync(string dataDirectory, string workingDirectory = "/")
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(AttachedProcess).Assembly.Location, dataDirectory])
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var child = new AttachedProcess(Process.Start(start)!);
        (await child.process.StandardOutput.ReadLineAsync()).ShouldBe("attached");
        return child;
    }

    /// <summary>SIGKILL: no handler runs, no lock is released by hand.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async Task LeaveAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
