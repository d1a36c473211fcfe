using Padron.Adapters.Samples;
using Padron.Application;
using Padron.Application.Imports;
using Padron.Application.Imports.Watching;
using Padron.Application.Numbering;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Samples;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Imports;

/// <summary>A sample of 20,000 rows with the usual dirt, written once for a class of tests that only read it.</summary>
public sealed class ImportSample : IAsyncLifetime, IDisposable
{
    public const int Rows = 20_000;

    readonly SampleFolder folder = new();

    public string Database => folder.Database;

    public string Plan => folder.Plan;

    public SampleTruth Truth { get; private set; } = null!;

    /// <summary>The one value of a query over the customer's file.</summary>
    public string Scalar(string sql) => (string)folder.Rows(sql)[0][0]!;

    public async Task InitializeAsync() => Truth = await folder.WriteAsync(Rows);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => folder.Dispose();
}

/// <summary>The importer over a test's database, and what the database has to say of it.</summary>
static class Importing
{
    public static ImportContactsHandler Importer(this PadronDatabase database, int batchSize, int lanes = 2, RoomGuard? room = null) =>
        new(
            database.Store, database.Get<Streams>(), database.Get<IContactSourceOpener>(), database.Get<NumberingPlanStore>(),
            database.Get<PremiumMunicipalities>(), PadronDatabase.Key, TimeProvider.System, room)
        {
            BatchSize = batchSize,
            Lanes = lanes,
        };

    public static Task<ImportResult> ImportAsync(
        this PadronDatabase database, string path, int batchSize = 10_000, bool resume = false, Action<ImportProgress>? tell = null, CancellationToken ct = default) =>
        database.Importer(batchSize).HandleAsync(new ImportContacts(path, resume, "ana"), tell is null ? null : new Told<ImportProgress>(tell), ct);

    /// <summary>A register that holds a contact takes an import by appends, an empty one by an initial load.</summary>
    public static Task GivenAStrangerAsync(this PadronDatabase database) => database.Contacts.ExecuteAsync(
        Stranger, new OptOutContact(Stranger, OptOutMethod.SmsKeyword, "ALTO", By: null, DateTimeOffset.UnixEpoch), ContactDecider.Decide, EventMetadata.None);

    static readonly PhoneNumber Stranger = PhoneNumber.Mexican(5500000001); // of no block that the sample's plan has

    public static Task LoadPlanAsync(this PadronDatabase database, string path) =>
        database.Get<LoadNumberingPlanHandler>().HandleAsync(path, DateTimeOffset.UnixEpoch);

    /// <summary>Stops after so many rows, as an operator's Ctrl-C between two batches would.</summary>
    public static async Task ImportUntilAsync(this PadronDatabase database, string path, int rows, int batchSize)
    {
        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() => database.ImportAsync(
            path, batchSize, tell: progress =>
            {
                if (progress.RowsRead >= rows)
                    stop.Cancel();
            },
            ct: stop.Token));
    }

    public static Task<long> CountContactEventsAsync(this PadronDatabase database) =>
        database.ScalarAsync<long>(@"select count(*) from events.mt_events where type like 'contact\_%'");

    public static async Task<Guid> OnlyImportAsync(this PadronDatabase database) =>
        await database.ScalarAsync<Guid>("select import_id from padron.import_checkpoints");

    /// <summary>The facts of an import's stream, by class.</summary>
    public static async Task<IReadOnlyList<string>> HistoryAsync(this PadronDatabase database, Guid importId) =>
        [.. (await database.Store.ReadStreamAsync(importId)).Select(stored => stored.Data.GetType().Name)];

    public static async Task<IReadOnlyDictionary<string, long>> CountsAsync(this PadronDatabase database, string query)
    {
        await using var command = database.DataSource.CreateCommand(query);
        await using var reader = await command.ExecuteReaderAsync();
        var counts = new Dictionary<string, long>();
        while (await reader.ReadAsync())
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        return counts;
    }

    public static void ShouldAddUp(this ImportTally tally)
    {
        tally.RowsRead.ShouldBe(tally.Imported + tally.AlreadyKnown + tally.Duplicates + tally.RejectedTotal);
        tally.Imported.ShouldBe(tally.Verified + tally.NotMobile + tally.Invalidated + tally.Unverified);
    }

    public static void ShouldBeTheTruth(this ImportTally tally, SampleTruth truth)
    {
        tally.ShouldAddUp();
        (tally.RowsRead, tally.Imported, tally.AlreadyKnown, tally.Duplicates).ShouldBe((truth.RowsRead, truth.Imported, 0, truth.Duplicates));
        (tally.Verified, tally.NotMobile, tally.Invalidated, tally.Unverified).ShouldBe((truth.Verified, truth.NotMobile, truth.Invalidated, 0));
        tally.LadaInferred.ShouldBe(truth.LadaInferred);
        NotZero(tally.Rejected).ShouldBe(NotZero(truth.Rejected), ignoreOrder: true);
    }

    public static IEnumerable<KeyValuePair<TKey, long>> NotZero<TKey>(IReadOnlyDictionary<TKey, long> counts) => counts.Where(count => count.Value != 0);
}

/// <summary>Progress told at once and on the importing thread, where <see cref="Progress{T}"/> tells later and elsewhere.</summary>
sealed class Told<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
