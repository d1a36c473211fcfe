using System.Globalization;
using System.Text.Json;
using Npgsql;
using Padron.Adapters.Postgres;
using Padron.Adapters.Samples;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Samples;

namespace Padron.Integration.Tests.Cli;

/// <summary>An import of more than the server's disk holds, on a disk that is really small.</summary>
public sealed class SmallDiskTests : IAsyncLifetime, IDisposable
{
    const int Rows = 60_000; // some 110 MB with their indexes, and their log besides
    const int Usable = 80;

    readonly SampleFolder sample = new();
    SmallDisk? disk;
    PadronInstallation? installation;
    SampleTruth? truth;

    PadronInstallation Padron => installation!;

    string Cluster => Path.Combine(disk!.Path, "pg");

    [Fact]
    public async Task It_waits_before_the_disk_is_full_and_ends_right_when_there_is_room_again()
    {
        var reserve = await disk!.FillAsync(Usable);
        Padron.Environment["PADRON_RESERVE_DISK"] = reserve.ToString(CultureInfo.InvariantCulture);
        using var import = Padron.Start("import", sample.Database, "--json");
        var paused = await UntilPausedAsync(import);

        // It says so, and stands still with more than nothing free.
        paused.GetProperty("pausedBecause").GetString()!.ShouldContain("free some, and it goes on");
        paused.GetProperty("diskFreeBytes").GetInt64().ShouldBeGreaterThan(0);
        disk.FreeMegabytes.ShouldBeGreaterThan(0);
        import.HasExited.ShouldBeFalse();

        disk.RemoveBallast();
        var end = (await import.EndAsync()).ShouldBeDone();

        end.StdErr.ShouldContain("Paused: the server's disk has");
        end.StdErr.ShouldContain("Going on.");
        var tally = end.Json.GetProperty("tally");
        new[] { "rowsRead", "imported", "duplicates", "verified" }.Select(name => tally.GetProperty(name).GetInt64())
            .ShouldBe([truth!.RowsRead, truth.Imported, truth.Duplicates, truth.Verified]);
        end.Json.GetProperty("validation").GetProperty("score").GetDecimal().ShouldBe(100);
        foreach (var log in Directory.GetFiles(disk.Path, "*.log*").Concat(Directory.GetFiles(Cluster, "*.log*")))
            (await File.ReadAllTextAsync(log)).ShouldNotContain("No space left");
    }

    public async Task InitializeAsync()
    {
        truth = await sample.WriteAsync(Rows);
        disk = await SmallDisk.CreateAsync();
        installation = new PadronInstallation(database: null, disk.Path);
        (await Padron.RunAsync("init")).ShouldBeDone();
        (await Padron.RunAsync("numbering", "load", sample.Plan)).ShouldBeDone();
    }

    public async Task DisposeAsync()
    {
        if (disk is null)
            return;
        await PrivateCluster.StopUnusedAsync(TestCluster.Options(disk.Path), CancellationToken.None);
        await disk.DisposeAsync();
    }

    public void Dispose()
    {
        installation?.Dispose();
        sample.Dispose();
    }

    // Not attached to the cluster: the server would wait for us before it stops.
    async Task<JsonElement> UntilPausedAsync(PadronProcess import)
    {
        JsonElement? paused = null;
        await Eventually.TrueAsync(async () =>
        {
            if (import.HasExited)
                throw new InvalidOperationException($"The import ended and never waited: {(await import.EndAsync()).StdErr}");
            try
            {
                await using var connection = new NpgsqlConnection($"Host={disk!.Path}/run;Username=padron;Database=padron;Pooling=false;GSS Encryption Mode=Disable;SSL Mode=Disable");
                await connection.OpenAsync();
                await using var command = new NpgsqlCommand(
                    "select json_build_object('pausedBecause', paused_because, 'diskFreeBytes', disk_free_bytes)::text from padron.import_progress where paused_because is not null", connection);
                if (await command.ExecuteScalarAsync() is string row)
                    paused = JsonDocument.Parse(row).RootElement;
            }
            catch (NpgsqlException)
            {
                // It is starting.
            }

            return paused is not null;
        }, "the import waited");
        return paused!.Value;
    }
}
