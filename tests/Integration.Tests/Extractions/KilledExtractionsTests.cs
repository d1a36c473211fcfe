using Padron.Application;
using Padron.Application.Availability;
using Padron.Application.Extractions;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Integration.Tests.Cli;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Extractions;

/// <summary>
/// The real worker process, killed (SIGKILL) at every stage of an extraction: another ends in the same file, or in a clean release. No
/// contact is lost and none is given twice.
/// </summary>
public sealed class KilledExtractionsTests : IAsyncLifetime, IDisposable
{
    const int Contacts = 2_400;
    const int Asked = 2_000; // two batches: the first is of a thousand
    const long Seed = 7;
    const string AppendingToOne = "mt_quick_append_events";
    const string AppendingToMany = "Appends to many streams"; // how append-many.sql begins; the server shows 1 kB of a statement

    static readonly DateTimeOffset At = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly Selection Cdmx = new(SelectionKind.State, StateCode: "CDMX");
    static readonly Lazy<Task<byte[]>> Undisturbed = new(ExtractUndisturbedAsync);

    readonly PadronDatabase database = Register();
    PadronInstallation? installation;

    public enum Stage
    {
        BetweenBatches,
        BeforeClaimed,
        BeforeDeliveryStarted,
        Writing,
        BeforeDelivered,
    }

    PadronInstallation Padron => installation!;

    string Spool => Padron.PathOf("data/extractions");

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        installation = PadronInstallation.Of(database);
        installation.Environment["PADRON_QUEUE_LEASE"] = "5";
    }

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => installation?.Dispose();

    [Theory]
    [InlineData(Stage.BetweenBatches, ExtractionStatus.Requested, 1_000)]
    [InlineData(Stage.BeforeClaimed, ExtractionStatus.Requested, Asked)]
    [InlineData(Stage.BeforeDeliveryStarted, ExtractionStatus.Claimed, Asked)]
    [InlineData(Stage.Writing, ExtractionStatus.Delivering, Asked)]
    [InlineData(Stage.BeforeDelivered, ExtractionStatus.Delivering, Asked)]
    public async Task Wherever_its_worker_was_killed_another_ends_it_in_the_same_file(Stage stage, ExtractionStatus status, int claimed)
    {
        var id = await RequestAsync(Asked);
        await KillAsync(id, stage);
        (await StatusAsync(id), await ManifestAsync(id)).ShouldBe((status, claimed));
        Directory.Exists(Spool).ShouldBe(stage is Stage.Writing or Stage.BeforeDelivered);
        if (stage is Stage.Writing)
            Directory.GetFiles(Spool).ShouldContain(file => file.EndsWith(".partial", StringComparison.Ordinal));
        if (stage is Stage.BeforeDelivered)
            File.Exists(FileOf(id)).ShouldBeTrue();

        await ExpireLeaseAsync();
        await ServeUntilAsync(async () => await StatusAsync(id) is ExtractionStatus.Delivered && await QueuedAsync() == 0);

        await ShouldBeTheUndisturbedAsync(FileOf(id));
        Directory.GetFiles(Spool).Select(Path.GetFileName).ShouldBe([$"{id:N}.txt", $"{id:N}.txt.json"], ignoreOrder: true);
        await EveryContactShouldBeGivenOnceAsync(given: Asked);
    }

    [Fact]
    public async Task Another_worker_takes_over_by_itself_when_the_dead_ones_lease_has_run_out()
    {
        var id = await RequestAsync(Asked);
        await KillAsync(id, Stage.BetweenBatches);

        await ServeUntilAsync(async () => await StatusAsync(id) is ExtractionStatus.Delivered);

        await ShouldBeTheUndisturbedAsync(FileOf(id));
        await EveryContactShouldBeGivenOnceAsync(given: Asked);
    }

    [Fact]
    public async Task Killed_while_it_gives_back_what_was_too_few_another_gives_back_the_rest()
    {
        var phones = Enumerable.Range(0, Contacts).Select(i => Domain.Numbering.PhoneNumber.Mexican(5510000000 + i)).ToArray();
        var id = await RequestAsync(Contacts, exact: true);
        await database.Contacts.ExecuteAsync(
            phones[0], new OptOutContact(phones[0], OptOutMethod.Api, Reason: null, By: null, At), ContactDecider.Decide, EventMetadata.None);
        await using (var hold = await Hold.BeforeEventAsync(database, PadronDatabase.Key.IdOf(phones[1]), version: 4))
            await KillAtAsync(hold, AppendingToMany);
        (await StatusAsync(id), await ManifestAsync(id), await ReleasedAsync(id)).ShouldBe((ExtractionStatus.Failed, Contacts - 1, 0));

        await ExpireLeaseAsync();
        await ServeUntilAsync(async () => await QueuedAsync() == 0);

        (await ReleasedAsync(id)).ShouldBe(Contacts - 1);
        (await database.Get<ProgressBoard>().ReadAsync(id)).ShouldNotBeNull().Stage.ShouldBe(ExtractionStage.Failed);
        await EverythingShouldBeAvailableAgainAsync(Contacts - 1);
    }

    [Fact]
    public async Task A_cancellation_whose_process_was_killed_is_ended_by_a_worker_though_none_worked_on_the_extraction_before()
    {
        var id = await ClaimedByHandAsync();
        var held = await database.ScalarAsync<Guid>("select contact_id from padron.extraction_contacts where extraction_id = $1 and ordinal = 5", id);
        await using (var hold = await Hold.BeforeEventAsync(database, held, version: 4))
        {
            using var cancelling = Padron.Start("extractions", "cancel", $"{id}");
            await hold.WaitedForAsync(database, AppendingToMany);
            await cancelling.KillAsync();
        }

        (await StatusAsync(id), await ReleasedAsync(id)).ShouldBe((ExtractionStatus.Cancelled, 0));

        await ServeUntilAsync(async () => await QueuedAsync() == 0);

        (await ReleasedAsync(id)).ShouldBe(Asked);
        await EverythingShouldBeAvailableAgainAsync(Contacts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_extract_command_that_was_stopped_while_it_claimed_is_resumed(bool killed)
    {
        await using (var hold = await Hold.TableAsync(database, "padron.extraction_contacts", "exclusive"))
        {
            using var extract = Extract();
            await hold.WaitedForAsync(database, "padron.extraction_contacts");
            await (killed ? extract.KillAsync() : extract.InterruptAsync());
            if (!killed)
                (await extract.EndAsync()).ShouldHaveStopped();
        }

        await ShouldResumeAsync();
    }

    [Fact]
    public async Task An_extract_command_that_was_killed_while_it_wrote_is_resumed()
    {
        await using (var hold = await Hold.TableAsync(database, "read.contact_profiles", "access exclusive"))
        {
            using var extract = Extract();
            await hold.WaitedForAsync(database, "padron.extraction_contacts");
            await extract.KillAsync();
        }

        await ShouldResumeAsync();
    }

    static PadronDatabase Register() => PadronDatabase.CopyOf("killed_extractions", async database =>
    {
        await database.GivenVerifiedAsync(Contacts);
        await database.CatchUpAsync();
    });

    static async Task<byte[]> ExtractUndisturbedAsync()
    {
        var copy = Register();
        await copy.InitializeAsync();
        var directory = Directory.CreateTempSubdirectory("padron-undisturbed-");
        try
        {
            var path = Path.Combine(directory.FullName, "undisturbed.txt");
            await copy.Get<ExtractContactsHandler>().HandleAsync(new(Cdmx, Asked, ExtractionFormat.Txt, path, Seed, "ana"));
            return await File.ReadAllBytesAsync(path);
        }
        finally
        {
            directory.Delete(recursive: true);
            await copy.DisposeAsync();
        }
    }

    async Task<Guid> RequestAsync(int amount, bool exact = false) =>
        (await new RequestExtractionHandler(database.Get<Streams>(), database.Get<AvailabilityQueries>(), TimeProvider.System)
            .HandleAsync(Cdmx, amount, ExtractionFormat.Txt, Seed, exact, "ana")).Id;

    // As `padron extract` leaves it when it is killed before its delivery: no message asks a worker to go on.
    async Task<Guid> ClaimedByHandAsync()
    {
        var id = Guid.CreateVersion7();
        var request = new ExtractionRequested(Cdmx, Asked, ExtractionFormat.Txt, Seed, "ana", At);
        await database.Store.AppendAsync(id, 0, [request], EventMetadata.None);
        await database.Get<Claim>().RunAsync(id, request, EventMetadata.None);
        await database.Get<Claim>().FinishAsync(id, request, EventMetadata.None);
        return id;
    }

    PadronProcess Serve() => Padron.Start("serve", "--urls", "http://127.0.0.1:0");

    PadronProcess Extract() => Padron.Start(
        "extract", "--state", "CDMX", "--amount", $"{Asked}", "--seed", $"{Seed}", "--format", "txt", "--out", Padron.PathOf("killed.txt"));

    async Task KillAsync(Guid id, Stage stage)
    {
        await using var hold = stage switch
        {
            Stage.BetweenBatches => await Hold.BeforeClaimAsync(database, id, ordinal: 1_001),
            Stage.BeforeClaimed => await Hold.BeforeEventAsync(database, id, version: 2),
            Stage.BeforeDeliveryStarted => await Hold.BeforeEventAsync(database, id, version: 3),
            Stage.Writing => await Hold.TableAsync(database, "read.contact_profiles", "access exclusive"),
            _ => await Hold.BeforeEventAsync(database, id, version: 4),
        };
        await KillAtAsync(hold, stage is Stage.BetweenBatches or Stage.Writing ? "padron.extraction_contacts" : AppendingToOne);
    }

    async Task KillAtAsync(Hold hold, string words)
    {
        using var worker = Serve();
        await hold.WaitedForAsync(database, words);
        await worker.KillAsync();
    }

    async Task ServeUntilAsync(Func<Task<bool>> condition)
    {
        using var worker = Serve();
        await Eventually.TrueAsync(condition);
        await worker.KillAsync();
    }

    async Task ShouldResumeAsync()
    {
        var id = await database.ScalarAsync<Guid>("select stream_id from events.mt_events where type = 'extraction_requested'");
        var path = Padron.PathOf("resumed.txt");
        (await Padron.RunAsync("extractions", "resume", $"{id}", "--out", path)).ShouldBeDone();

        await ShouldBeTheUndisturbedAsync(path);
        await EveryContactShouldBeGivenOnceAsync(given: Asked);
    }

    string FileOf(Guid id) => Path.Combine(Spool, $"{id:N}.txt");

    async Task<ExtractionStatus> StatusAsync(Guid id) =>
        (await database.Get<Streams>().LoadAsync(id, Extraction.None, ExtractionDecider.Evolve)).Status;

    Task<int> ManifestAsync(Guid id) => database.ScalarAsync<int>("select count(*)::integer from padron.extraction_contacts where extraction_id = $1", id);

    Task<int> ReleasedAsync(Guid id) => database.ScalarAsync<int>("select count(released_at)::integer from padron.extraction_contacts where extraction_id = $1", id);

    Task<long> QueuedAsync() => database.ScalarAsync<long>("select count(*) from queue.messages");

    // As if the lease, and the pause before another try, had run out.
    Task ExpireLeaseAsync() => database.ExecuteAsync("update queue.messages set lease_until = null, leased_by = null, due_at = now()");

    static async Task ShouldBeTheUndisturbedAsync(string path) => (await File.ReadAllBytesAsync(path)).ShouldBe(await Undisturbed.Value);

    async Task EveryContactShouldBeGivenOnceAsync(long given)
    {
        (await CountAsync("contact_extracted")).ShouldBe(given);
        (await database.ScalarAsync<long>("select count(distinct stream_id) from events.mt_events where type = 'contact_extracted'")).ShouldBe(given);
        (await database.ScalarAsync<long>(
            """
            select count(*) from padron.extraction_contacts x
              join events.mt_events e on e.stream_id = x.contact_id and e.type = 'contact_extracted' and (e.data->>'extractionId')::uuid = x.extraction_id
              join events.mt_events d on d.stream_id = x.extraction_id and d.type = 'extraction_delivered'
             where x.released_at is null
            """)).ShouldBe(given, "every contact that is held stands in the manifest of a delivered extraction");
        (await CountAsync("extraction_delivered")).ShouldBe(1);
    }

    async Task EverythingShouldBeAvailableAgainAsync(int contacts)
    {
        (await CountAsync("contact_released")).ShouldBe(await CountAsync("contact_extracted"));
        (await database.ScalarAsync<long>("select count(distinct stream_id) from events.mt_events where type = 'contact_released'")).ShouldBe(await CountAsync("contact_released"));
        await database.CatchUpAsync();
        (await database.Get<AvailabilityQueries>().CountAsync(Cdmx)).ShouldBe(contacts);
    }

    Task<long> CountAsync(string type) => database.ScalarAsync<long>("select count(*) from events.mt_events where type = $1", type);
}
