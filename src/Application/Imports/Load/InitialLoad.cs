using System.Collections.Concurrent;
using Npgsql;
using Padron.Application.Imports.Watching;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;
using Padron.MartenExtensions.Daemon;
using Padron.Projections.Contacts;
using Padron.Projections.Search;

namespace Padron.Application.Imports.Load;

/// <summary>The import into a register without contacts: rows go by COPY to tables without indexes, which then take the place of the empty ones.</summary>
/// <remarks>
/// While it lasts nobody else can append to a contact (<see cref="StreamsLoadingException"/>); reads, imports' own events and other projections go on.
/// Whatever dies, and whenever, the live tables are whole, and the load goes on from the ranges that were committed.
/// </remarks>
sealed class InitialLoad : IAsyncDisposable
{
    const string OwnerLock = "padron initial load";

    static readonly ShadowTables Tables = new(
        ["events.mt_events", "events.mt_streams", "read.contact_states", "read.contact_profiles"], later: ContactSearchIndexes.Names);

    // So that afterwards no page has a tenth free, which is what the live table asks of a page that a row is put on.
    const string Packed = $"alter table {ShadowTables.Schema}.mt_events set (fillfactor = 100)";

    // The high-water mark, and whatever folds events of contacts.
    static readonly string[] Folded =
        [ExactHighWaterDetector.ProgressionName, ContactsProjection.Definition.ProgressionName, VocabularyProjection.Definition.ProgressionName];

    static readonly string[] ContactEvents =
        [.. EventJson.EventClasses.Where(type => type.IsAssignableTo(typeof(ContactEvent))).Select(EventTypes.NameOf)];

    readonly EventSessions sessions;
    readonly ContactKey key;
    readonly NpgsqlConnection owner;
    readonly BulkLoad load;
    readonly EventMetadata metadata;
    readonly ConcurrentBag<LoadLane> idleLanes = [];

    InitialLoad(EventSessions sessions, ContactKey key, NpgsqlConnection owner, BulkLoad load, EventMetadata metadata) =>
        (this.sessions, this.key, this.owner, this.load, this.metadata) = (sessions, key, owner, load, metadata);

    /// <summary>The date of every event it brings.</summary>
    public DateTimeOffset StartedAt => load.StartedAt;

    /// <summary>Begins one in the caller's transaction if the register holds no contact and nobody has one in hand.</summary>
    /// <exception cref="StreamsLoadingException">Another import is one, and under way.</exception>
    public static async Task<bool> TryBeginAsync(NpgsqlConnection connection, Guid importId, DateTimeOffset at, CancellationToken ct)
    {
        var began = await BulkLoad.TryBeginAsync(connection, importId, ContactEvents, at, ct);
        if (began is BulkLoadBegin.Began)
        {
            await Tables.CreateAsync(connection, ct);
            await ExecuteAsync(connection, Packed, ct);
        }

        return began is not BulkLoadBegin.StoreNotEmpty;
    }

    /// <summary>Takes on the initial load of an import.</summary>
    /// <returns>Null when the import is none, or its load has ended.</returns>
    /// <exception cref="RuleViolationException"><c>import_running</c></exception>
    public static async Task<InitialLoad?> OpenAsync(EventSessions sessions, ContactKey key, Guid importId, EventMetadata metadata, CancellationToken ct, RoomGuard? room = null)
    {
        var connection = await sessions.DataSource.OpenConnectionAsync(ct);
        try
        {
            if (await BulkLoad.IsAsync(connection, importId, ct))
            {
                await LockAsync(connection, importId, ct);
                if (await BulkLoad.TakeOnAsync(connection, importId, ct) is not { } load)
                {
                    await UnlockAsync(connection);
                    throw Running(importId); // it was, a moment ago, and has ended
                }

                await LoadSettings.SetAsync(connection, room is null ? null : await room.DiskAsync(ct), ct);
                return new(sessions, key, connection, load, metadata);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <param name="source">The file.</param>
    /// <param name="reading">What its rows mean.</param>
    /// <param name="pace">Rows a range, which is one transaction, and ranges stored at once, each on its own connection.</param>
    /// <param name="telling">Told after each range and each index.</param>
    /// <param name="ct">Stops; what was committed stays.</param>
    public async Task RunAsync(IContactSource source, RowReading reading, LoadPace pace, ImportTelling telling, CancellationToken ct)
    {
        if (!load.IsFilled)
        {
            var ranges = new RangeReader(reading, await ImportRanges.ReadAsync(owner, load.Id, ct)).Read(source, pace);
            await Parallel.ForEachAsync(
                ReadAhead.Of(ranges.ToAsyncEnumerable(), pace.MostLanes, ct), new ParallelOptions { MaxDegreeOfParallelism = pace.MostLanes, CancellationToken = ct },
                async (range, token) =>
                {
                    await telling.WaitForRoomAsync(token);
                    await pace.StoreAsync(range, async () => telling.Stored(await StoreAsync(range, token)), token);
                });
            await BulkLoad.FillAsync(owner, ct);
        }

        await telling.WaitForRoomAsync("building the indexes", await Tables.IndexRoomAsync(owner, ct), ct);
        await Tables.IndexAsync(sessions.DataSource, telling, ct);
        await LoadSettings.RestoreAsync(owner, ct);
        await ExchangeAsync(ct);
    }

    /// <summary>Gives up: nothing of the load stays, and the register is as it was before.</summary>
    public async Task AbandonAsync(CancellationToken ct)
    {
        await LoadSettings.RestoreAsync(owner, ct);
        await using var transaction = await owner.BeginTransactionAsync(ct);
        await Tables.DropAsync(owner, ct);
        await ImportRanges.RemoveAsync(owner, load.Id, ct);
        await ImportRejections.RemoveAsync(owner, load.Id, ct);
        await ImportCheckpoint.CloseAsync(owner, load.Id, ct);
        await BulkLoad.EndAsync(owner, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Leaves the load to whoever takes it on next; the server's settings are as before.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var lane in idleLanes)
            lane.Dispose();
        try
        {
            if (owner.State is System.Data.ConnectionState.Open)
            {
                await LoadSettings.RestoreAsync(owner, CancellationToken.None);
                await UnlockAsync(owner);
            }
        }
        catch (NpgsqlException)
        {
            // The connection is lost, and its lock with it. The settings stand in the load's row: whoever takes the load on puts them back.
        }

        await owner.DisposeAsync();
    }

    static async Task LockAsync(NpgsqlConnection owner, Guid importId, CancellationToken ct)
    {
        // A process that was killed lets go as soon as the server has noticed it.
        await using var command = new NpgsqlCommand($"set lock_timeout = '3s'; select pg_advisory_lock(hashtextextended('{OwnerLock}', 0)); reset lock_timeout", owner);
        try
        {
            await command.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.LockNotAvailable)
        {
            throw Running(importId);
        }
    }

    // The pool would keep it.
    static Task UnlockAsync(NpgsqlConnection owner) =>
        ExecuteAsync(owner, $"select pg_advisory_unlock(hashtextextended('{OwnerLock}', 0))", CancellationToken.None);

    async Task<ImportTally> StoreAsync(LoadRange range, CancellationToken ct)
    {
        if (!idleLanes.TryTake(out var lane))
            lane = new(EventTypes.Of(sessions.Store), key, metadata, load.StartedAt);
        lane.Take(range);
        var tally = await sessions.TransactAsync((session, token) => StoreAsync(session.Connection, range, lane, token), ct);
        idleLanes.Add(lane); // not after a failure: then all end
        return tally;
    }

    async Task<ImportTally> StoreAsync(NpgsqlConnection connection, LoadRange range, LoadLane lane, CancellationToken ct)
    {
        if (!await load.HoldAsync(connection, ct))
            throw Running(load.Id);
        if (await ImportRanges.ContainsAsync(connection, load.Id, range.FirstRow, ct)) // an earlier try had committed, and only its answer was lost
            return (await ImportCheckpoint.LockAsync(connection, load.Id, ct)).Tally;

        await ExecuteAsync(connection, "set local synchronous_commit = off", ct); // a commit that is lost loses its range with it
        await lane.CopyAsync(connection, ct);
        await ImportRejections.AddAsync(connection, load.Id, range.Rejected, ct);
        await ImportRanges.AddAsync(connection, load.Id, range.FirstRow, range.LastRow, ct);

        // Last, because the lanes wait for each other here.
        var checkpoint = await ImportCheckpoint.LockAsync(connection, load.Id, ct);
        var tally = new TallyBuilder(checkpoint.Tally);
        lane.Count(range, tally);
        await ImportCheckpoint.MoveAsync(connection, load.Id, Math.Max(checkpoint.AfterRow, range.LastRow), tally.Build(), ct);
        return tally.Build();
    }

    // What is folded of contacts comes with the load. So we are the writer of those projections meanwhile: they must not fold a page between the counts and
    // their new position.
    async Task ExchangeAsync(CancellationToken ct)
    {
        await using var connection = await sessions.DataSource.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (!await load.HoldAsync(connection, ct))
            throw Running(load.Id);
        foreach (var folded in Folded)
            await Progression.LockAsync(connection, folded, ct);
        await ExecuteAsync(connection, ContactsProjection.CountLoaded, ct);
        await Tables.ExchangeAsync(connection, ct);
        await LaterIndexes.RememberAsync(connection, VocabularyProjection.Definition.Name, VocabularyProjection.OfProfiles, ct);
        var last = await LastPositionAsync(connection, ct);
        foreach (var folded in Folded)
            await Progression.AdvanceAsync(connection, folded, last, ct);
        await ImportRanges.RemoveAsync(connection, load.Id, ct);
        await BulkLoad.EndAsync(connection, ct);
        await transaction.CommitAsync(ct);
    }

    // Nobody can append at this moment, so all positions so far are final.
    static async Task<long> LastPositionAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select coalesce(max(seq_id), 0) from events.mt_events", connection);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    static RuleViolationException Running(Guid importId) => new("import_running", $"Another process is running import {importId}: let it finish, or stop it.");
}
