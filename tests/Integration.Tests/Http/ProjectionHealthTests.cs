using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Padron.Api.Configuration;
using Padron.Api.Serve;
using Padron.Application.Extractions;
using Padron.Integration.Tests.Cli;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions.Daemon;
using Padron.Projections.Contacts;

namespace Padron.Integration.Tests.Http;

/// <summary>What a process says of its projections where machines ask: a dead daemon must not look healthy.</summary>
public sealed class ProjectionHealthTests : IAsyncLifetime, IDisposable
{
    static readonly TimeSpan Stall = TimeSpan.FromSeconds(30);
    static readonly ProjectionStatus Behind = new("contacts", 10, 110, DateTimeOffset.UnixEpoch) { LagSeconds = 90, StalledSeconds = 40 };

    readonly PadronDatabase database = new();
    readonly DirectoryInfo spool = Directory.CreateTempSubdirectory("padron-spool-");
    readonly HttpClient client = new();
    PadronInstallation? installation;

    [Fact]
    public void Behind_and_nobodys_for_too_long_is_unhealthy() =>
        Judged(Behind).ShouldBe((HealthStatus.Unhealthy, "'contacts' is 100 events behind, has not moved for 40 s, and no process folds it."));

    [Fact]
    public void A_moment_behind_is_healthy() => Judged(Behind with { StalledSeconds = 29 }).ShouldBe((HealthStatus.Healthy, ""));

    [Fact]
    public void A_page_that_takes_long_is_told_and_no_death() =>
        Judged(Behind with { IsLed = true }).ShouldBe((HealthStatus.Degraded, "'contacts' has not moved for 40 s; a process is at it."));

    [Fact]
    public void What_an_event_stopped_or_left_out_is_told_by_its_code_alone()
    {
        Judged(Behind with { Hold = new(11, "22007: no date: \"Ana Peña\"", null, DateTimeOffset.UnixEpoch) })
            .ShouldBe((HealthStatus.Degraded, "'contacts' has stopped before the event at 11, which can't be applied (22007)."));
        Judged(Behind with { StalledSeconds = null, DeadLetters = 1, Waiting = 2, LastError = "22007: no date: \"Ana Peña\"" })
            .ShouldBe((HealthStatus.Degraded, "'contacts' left out 1 event that can't be applied, and 2 events behind."));
    }

    [Fact]
    public void What_was_paused_is_told_and_so_is_a_mark_that_is_held_up()
    {
        Judged(Behind with { Hold = new(null, null, "ana", DateTimeOffset.UnixEpoch) }).ShouldBe((HealthStatus.Degraded, "'contacts' is paused."));
        Judged(Behind with { StalledSeconds = null, MarkStalledSeconds = 61 }).ShouldBe((HealthStatus.Degraded, "Events have waited for 61 s behind an append that is in flight."));
    }

    [Fact]
    public async Task Where_nobody_projects_any_process_says_so_until_somebody_does()
    {
        await database.GivenVerifiedAsync(2);
        await database.ExecuteAsync("update events.mt_events set timestamp = now() - interval '2 minutes'");
        await using var process = await StartAsync(ServeParts.Projections | ServeParts.Worker);

        var (status, health) = await ReadyAsync(process);
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var check = health.GetProperty("checks").GetProperty("projections");
        check.GetProperty("reason").GetString()!.ShouldContain("'contacts' is 4 events behind, has not moved for 12");
        var contacts = check.GetProperty("figures").GetProperty("contacts");
        (contacts.GetProperty("behind").GetInt64(), contacts.GetProperty("state").GetString()).ShouldBe((4, "running"));
        contacts.GetProperty("lagSeconds").GetDouble().ShouldBeInRange(120, 180);
        (await installation!.RunAsync("health", "--url", process.Urls.Single())).ShouldHaveFailed(1, "is not ready (503): 'contacts' is 4 events behind");

        await database.CatchUpAsync();
        (await ReadyAsync(process)).Status.ShouldBe(HttpStatusCode.OK);
        (await installation.RunAsync("health", "--url", process.Urls.Single())).ShouldBeDone().StdOut.ShouldContain("is ready.");
    }

    [Fact]
    public async Task A_projection_that_an_event_stopped_leaves_the_process_ready_and_says_so()
    {
        await database.GivenVerifiedAsync(1);
        await database.ExecuteAsync("""update events.mt_events set data = jsonb_set(data, '{verifiedAt}', '"never"') where type = 'contact_verified'""");
        await using var process = await StartAsync(ServeParts.Worker, deadLetters: 0);

        JsonElement health = default;
        await Eventually.TrueAsync(async () => (health = (await ReadyAsync(process)).Health).GetProperty("status").GetString() == "degraded", "it was stopped");
        (await ReadyAsync(process)).Status.ShouldBe(HttpStatusCode.OK);
        var check = health.GetProperty("checks").GetProperty("projections");
        check.GetProperty("reason").GetString().ShouldBe("'contacts' has stopped before the event at 2, which can't be applied (22007).");
        await Eventually.TrueAsync(async () => (await database.Statuses.ReadAsync()).Where(row => row.Name != "contacts").All(row => row.Behind == 0), "the others went on");

        await using var metered = new Metered(process);
        await Eventually.TrueAsync(() => Task.FromResult(metered.Read().GetValueOrDefault("padron.projection.stopped contacts") == 1), "the meter has looked");
        var figures = metered.Read();
        (figures["padron.projection.behind contacts"], figures["padron.projection.behind imports"], figures["padron.projection.dead_letters contacts"]).ShouldBe((1, 0, 0));
        figures["padron.projection.mark_age "].ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Commands_pause_resume_list_and_retry()
    {
        await database.GivenVerifiedAsync(1);
        (await installation!.RunAsync("projections", "pause", "contacts", "--as", "ana")).ShouldBeDone().StdOut.ShouldContain("'contacts' is paused");
        await database.CatchUp.RunAsync(TimeSpan.Zero);
        var paused = (await installation.RunAsync("projections", "status")).ShouldBeDone().StdOut;
        paused.ShouldContain("'contacts' was paused by ana");
        paused.ShouldContain("The high-water mark last moved");

        await database.ExecuteAsync("""update events.mt_events set data = jsonb_set(data, '{verifiedAt}', '"never"') where type = 'contact_verified'""");
        (await installation.RunAsync("projections", "resume", "contacts")).ShouldBeDone().StdOut.ShouldContain("goes on");
        await database.CatchUpAsync();
        var letter = (await installation.RunAsync("projections", "dead-letters", "contacts", "--json")).ShouldBeDone().Json.EnumerateArray().ShouldHaveSingleItem();
        (letter.GetProperty("position").GetInt64(), letter.GetProperty("type").GetString(), letter.GetProperty("tries").GetInt32()).ShouldBe((2, "contact_verified", 1));
        letter.GetProperty("error").GetString()!.ShouldStartWith("22007: ");

        var again = await installation.RunAsync("projections", "retry", "contacts", "--position", "2");
        (again.ExitCode, again.StdErr.Trim()).ShouldBe((1, "1 events failed again: `padron projections dead-letters contacts` has the errors."));
        await database.ExecuteAsync("""update events.mt_events set data = jsonb_set(data, '{verifiedAt}', '"2026-01-01T00:00:00Z"') where type = 'contact_verified'""");
        (await installation.RunAsync("projections", "retry", "contacts")).ShouldBeDone().StdOut.ShouldContain("1 events applied");

        (await database.RowsAsync("select status from read.contacts")).ShouldBe(["""{"status":"VERIFIED"}"""]);
        (await installation.RunAsync("projections", "pause", "nobody")).ShouldHaveFailed(1, "There is no projection 'nobody'");
    }

    [Fact]
    public async Task Two_processes_project_beside_each_other_and_every_page_is_applied_once()
    {
        await using var first = await StartAsync(ServeParts.Worker);
        await using var second = await StartAsync(ServeParts.Worker);

        for (var batch = 0; batch < 20; batch++)
            await database.GivenVerifiedAsync(50, firstNational: 5510000000 + (batch * 50));

        await Eventually.TrueAsync(async () => (await database.Statuses.ReadAsync()).All(row => row.Behind == 0), "all is projected");
        (await database.ScalarAsync<long>("select sum(contacts)::bigint from read.contact_counts")).ShouldBe(1_000);
        (await database.ScalarAsync<long>("select count(*) from read.contacts where status = 'VERIFIED'")).ShouldBe(1_000);
        (await ReadyAsync(first)).Health.GetProperty("status").GetString().ShouldBe("healthy");
        (await database.Statuses.ReadAsync()).Single(row => row.Name == ContactsProjection.Definition.Name).Rate.ShouldNotBeNull();
    }

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        installation = PadronInstallation.Of(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose()
    {
        client.Dispose();
        installation?.Dispose();
        spool.Delete(recursive: true);
    }

    static (HealthStatus Status, string Reason) Judged(ProjectionStatus status)
    {
        var result = ProjectionHealth.Judge([status], Stall);
        result.Data.Keys.ShouldBe(["contacts"]);
        JsonSerializer.Serialize(result.Data).ShouldNotContain("Peña");
        return (result.Status, result.Description ?? "");
    }

    async Task<(HttpStatusCode Status, JsonElement Health)> ReadyAsync(WebApplication process)
    {
        var answer = await client.GetAsync(new Uri(process.Urls.Single() + "/health/ready"));
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    async Task<WebApplication> StartAsync(ServeParts without, Action<WebApplicationBuilder>? configure = null, int deadLetters = 100)
    {
        var settings = new PadronSettings { Serve = new() { Urls = "http://127.0.0.1:0", Without = without }, Projections = new() { DeadLetters = deadLetters } };
        var app = PadronApp.Build(database.NewProcess(), PadronDatabase.Key, new ExtractionSpool(spool.FullName), settings, builder =>
        {
            builder.Logging.ClearProviders();
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        return app;
    }

    /// <summary>Listens to the meter of one process, as an exporter would.</summary>
    sealed class Metered : IAsyncDisposable
    {
        readonly MeterListener listener = new();
        readonly Dictionary<string, double> figures = [];

        public Metered(WebApplication process)
        {
            var meters = process.Services.GetRequiredService<IMeterFactory>();
            listener.InstrumentPublished = (instrument, of) =>
            {
                if (instrument.Meter.Scope == meters)
                    of.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
            listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
            listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
            listener.Start();
        }

        public Dictionary<string, double> Read()
        {
            listener.RecordObservableInstruments();
            lock (figures)
                return new(figures);
        }

        public ValueTask DisposeAsync()
        {
            listener.Dispose();
            return ValueTask.CompletedTask;
        }

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (figures)
                figures[$"{instrument.Name} {(tags.Length > 0 ? tags[0].Value : "")}"] = value;
        }
    }
}
