using System.Diagnostics;
using System.Globalization;
using JasperFx.Events.Daemon;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Padron.MartenExtensions.Daemon;

namespace Padron.Integration.Tests.MartenExtensions.Daemon;

/// <summary>A process that projects boxes, and that can be killed, frozen and woken: this assembly, run as a program.</summary>
sealed class DaemonProcess : IDisposable
{
    public const string Verb = "projection-daemon";

    readonly Process process;

    DaemonProcess(Process process) => this.process = process;

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public static DaemonProcess Start(string connectionString) => new(Process.Start(
        new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(DaemonProcess).Assembly.Location, Verb, connectionString])
        {
            WorkingDirectory = "/",
            UseShellExecute = false,
        })!);

    /// <summary>The program: projects until it is killed.</summary>
    public static async Task<int> MainAsync(string connectionString)
    {
        using var host = HostOf(connectionString, DaemonTest.Boxes);
        await host.RunAsync();
        return 0;
    }

    /// <summary>How a program runs projections: Marten's daemon with our coordinator, and the watch.</summary>
    public static IHost HostOf(string connectionString, params SqlProjection[] projections)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddMarten(options => DaemonTest.Configure(options, connectionString, projections)).AddAsyncDaemon(DaemonMode.HotCold);
        builder.Services.AddSingleton<Marten.Events.Daemon.Coordination.IProjectionCoordinator, ExactProjectionCoordinator>();
        builder.Services.AddHostedService<LeaderWatch>();
        return builder.Build();
    }

    /// <summary>SIGKILL: no handler runs, no lock is released by hand.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: it does nothing more, and its connections stay open.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT: it goes on where it was.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0);
    }
}
