using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Padron.MartenExtensions.Queue;

namespace Padron.Integration.Tests.MartenExtensions.Queue;

/// <summary>A worker in a process of its own, that can be killed: this assembly, run as a program.</summary>
sealed class QueueWorkerProcess : IDisposable
{
    public const string Verb = "queue-worker";

    readonly Process process;

    QueueWorkerProcess(Process process) => this.process = process;

    public bool HasExited => process.HasExited;

    /// <param name="connectionString">The database of the queue.</param>
    /// <param name="outside">Another database, whose effects do not commit with the queue's.</param>
    /// <param name="parallelism">Messages handled at a time.</param>
    public static QueueWorkerProcess Start(string connectionString, string outside, int parallelism = 4) => new(Process.Start(
        new ProcessStartInfo(
            Environment.ProcessPath!,
            ["exec", typeof(QueueWorkerProcess).Assembly.Location, Verb, connectionString, outside, parallelism.ToString(CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = "/",
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!);

    /// <summary>The program: sends parcels until it is killed. What a message says may happen to it in between.</summary>
    public static async Task<int> MainAsync(string connectionString, string outside, string parallelism)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using var outsideSource = NpgsqlDataSource.Create(outside);
        var handlers = new MessageHandlers(ParcelJson.Types)
            .Add<SendParcel>(
                async (parcel, context, ct) =>
                {
                    await PutOutsideAsync(outsideSource, context.Id, parcel.Item, ct);
                    await QueueTest.PutEffectAsync(context, parcel.Item, ct);
                },
                QueueTest.Impatient with { MaxAttempts = 100 })
            .Add<WeighParcel>(
                async (parcel, context, ct) =>
                {
                    await PutOutsideAsync(outsideSource, context.Id, parcel.Item, ct);
                    await QueueTest.PutEffectAsync(context, parcel.Item, ct);
                    await SayAndHangAsync(ct); // after the effects, before the acknowledgement
                },
                QueueTest.Impatient)
            .Add<BurnParcel>(
                async (_, _, _) =>
                {
                    using var self = Process.GetCurrentProcess();
                    self.Kill();
                    await Task.Delay(Timeout.Infinite, CancellationToken.None); // the signal is on its way
                },
                QueueTest.Impatient);
        var options = QueueTest.Options with { Parallelism = int.Parse(parallelism, CultureInfo.InvariantCulture) };
        await new QueueWorker(BoxJson.SessionsOver(dataSource), handlers, TimeProvider.System, options).RunAsync(CancellationToken.None);
        return 0;
    }

    /// <summary>An effect that commits by itself, and is had once however often it is asked for under the same key.</summary>
    public static async Task PutOutsideAsync(NpgsqlDataSource outside, Guid key, string item, CancellationToken ct)
    {
        await using var command = outside.CreateCommand("insert into outside_effects (message, item) values ($1, $2) on conflict (message) do update set tries = outside_effects.tries + 1");
        command.Parameters.Add(new() { Value = key });
        command.Parameters.Add(new() { Value = item });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Returns when a handler has had its effects and hangs.</summary>
    public async Task HangsAsync() => (await process.StandardOutput.ReadLineAsync()).ShouldBe("effects are had");

    /// <summary>SIGKILL: nothing is given back and nothing said.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Returns when it is dead, by its own hand.</summary>
    public async Task DiesAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1)); // only what hangs takes so long
        await process.WaitForExitAsync(deadline.Token);
        process.ExitCode.ShouldNotBe(0);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    static async Task SayAndHangAsync(CancellationToken ct)
    {
        await Console.Out.WriteLineAsync("effects are had");
        await Task.Delay(Timeout.Infinite, ct);
    }
}
