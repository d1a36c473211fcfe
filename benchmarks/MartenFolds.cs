using JasperFx;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;
using Marten.Events.Projections.Flattened;
using Padron.Application;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;

namespace Padron.Benchmarks;

/// <summary>The status events of contacts folded as Marten's users most often do it, under its daemon: an upsert an event, or a document a stream.</summary>
sealed class MartenFolds : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);

    readonly Register register;
    readonly DocumentStore store;
    readonly string progression;

    MartenFolds(Register register, string name, DocumentStore store) => (this.register, progression, this.store) = (register, $"{name}:All", store);

    public static Task<MartenFolds> FlatTableAsync(Register register) => CreateAsync(register, FlatContacts.Title, options => options.Projections.Add(new FlatContacts(), ProjectionLifecycle.Async));

    public static Task<MartenFolds> SnapshotAsync(Register register) => CreateAsync(register, SnapshotContacts.Title, options => options.Projections.Add(new SnapshotContacts(), ProjectionLifecycle.Async));

    /// <summary>From one position to another: no counts, no status, no look at what came before.</summary>
    public async Task<double> RunAsync(long from, long to)
    {
        await register.ExecuteAsync("delete from events.mt_event_progression where name = $1", progression);
        await register.ExecuteAsync("insert into events.mt_event_progression (name, last_seq_id) values ($1, $2)", progression, from);
        using var daemon = await store.BuildProjectionDaemonAsync();
        await daemon.StartAllAsync();
        await using var connection = await register.DataSource.OpenConnectionAsync();
        for (var began = TimeProvider.System.GetTimestamp(); await Progression.ReadAsync(connection, progression) < to; await Task.Delay(PollInterval))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"'{progression}' did not reach {to}.");
        }

        await daemon.StopAllAsync();
        return to - from;
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await register.ExecuteAsync("delete from events.mt_event_progression where name = $1", progression);
    }

    static async Task<MartenFolds> CreateAsync(Register register, string name, Action<StoreOptions> add)
    {
        var folding = DocumentStore.For(options =>
        {
            RegisterStore.Configure(options, []);
            options.Connection(register.DataSource);
            options.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate;
            add(options);
        });
        await folding.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        return new(register, name, folding);
    }
}

sealed class FlatContacts : FlatTableProjection
{
    public const string Title = "bench_flat";

    public FlatContacts()
        : base("bench_flat", SchemaNameSource.EventSchema)
    {
        Name = Title;
        Table.AddColumn<Guid>("id").AsPrimaryKey();
        Project<ContactVerified>(map =>
        {
            map.Map(verified => verified.Carrier!);
            map.Map(verified => verified.VerifiedAt);
        });
        Project<ContactExtracted>(map =>
        {
            map.Map(extracted => extracted.ExtractionId);
            map.Map(extracted => extracted.ExtractedAt);
        });
        Project<ContactSent>(map => map.Map(sent => sent.SentAt));
        Project<ContactOptedOut>(map =>
        {
            map.Map(optedOut => optedOut.Reason!);
            map.Map(optedOut => optedOut.OptedOutAt);
        });
    }
}

/// <summary>What a contact's last events say of it.</summary>
public sealed class BenchContact
{
    public Guid Id { get; set; }

    public string? Carrier { get; set; }

    public DateTimeOffset? VerifiedAt { get; set; }

    public Guid? ExtractionId { get; set; }

    public DateTimeOffset? ExtractedAt { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public string? Reason { get; set; }

    public DateTimeOffset? OptedOutAt { get; set; }
}

/// <summary>A document a contact.</summary>
public sealed partial class SnapshotContacts : SingleStreamProjection<BenchContact, Guid>
{
    internal const string Title = "bench_snapshot";

    public SnapshotContacts() => Name = Title;

    public static void Apply(ContactVerified e, BenchContact contact) => (contact.Carrier, contact.VerifiedAt) = (e.Carrier, e.VerifiedAt);

    public static void Apply(ContactExtracted e, BenchContact contact) => (contact.ExtractionId, contact.ExtractedAt) = (e.ExtractionId, e.ExtractedAt);

    public static void Apply(ContactSent e, BenchContact contact) => contact.SentAt = e.SentAt;

    public static void Apply(ContactOptedOut e, BenchContact contact) => (contact.Reason, contact.OptedOutAt) = (e.Reason, e.OptedOutAt);
}
