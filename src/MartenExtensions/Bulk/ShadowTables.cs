using Npgsql;

namespace Padron.MartenExtensions.Bulk;

/// <summary>An index that is built, of how many.</summary>
public readonly record struct IndexProgress(int Built, int Of);

/// <summary>
/// Tables beside the live ones, of the same names in a schema of their own: filled without any index, then given every index and constraint of the live
/// ones, and put in their place in one transaction. Until that commits the live tables are untouched, so a load may die at any moment.
/// </summary>
/// <param name="tables">The live tables with their schema; those whose indexes take longest first.</param>
/// <param name="later">Names of indexes that nothing waits for: they are built when the tables are the live ones (<see cref="LaterIndexes"/>).</param>
/// <param name="schema">Where they are, and nothing else but what belongs to them; the one of initial loads unless given.</param>
public sealed class ShadowTables(IReadOnlyList<string> tables, IReadOnlyList<string> later, string schema = ShadowTables.Schema)
{
    public const string Schema = "loading";

    /// <summary>What indexes are sorted in, for each of the two that are built at once.</summary>
    const string SortMemory = "512MB";

    // Of a new index every page is logged whole, and compressing them takes nearly as long as the rest. Not everybody may turn it off.
    const string NoCompression = "select set_config('wal_compression', 'off', false) from pg_roles where rolname = current_user and rolsuper";

    // Measured on contacts: all indexes are 26 % of their tables, as much is logged, and the two largest are sorted in files of 8 % at once.
    const int IndexPercent = 70;

    static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    static readonly string Shape = EmbeddedSql.Beside(typeof(ShadowTables), "shape.sql");
    static readonly string Indexes = EmbeddedSql.Beside(typeof(ShadowTables), "indexes.sql");
    static readonly string Views = EmbeddedSql.Beside(typeof(ShadowTables), "views.sql");
    static readonly string Strangers = EmbeddedSql.Beside(typeof(ShadowTables), "strangers.sql");

    /// <summary>Makes them, empty and without indexes, in the caller's transaction.</summary>
    /// <exception cref="TableShapeException">A live table has something that a copy would lack.</exception>
    public async Task CreateAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (await ReadAsync(connection, Strangers, ct, [tables.ToArray()]) is [_, ..] strangers)
            throw new TableShapeException($"A copy can't take the place of {string.Join(", ", tables)}: {string.Join("; ", strangers.Select(one => one[0]))} would stay with the old table.");
        await ExecuteAsync(connection, $"create schema {schema}", ct);
        foreach (var table in tables)
        {
            await ExecuteAsync(connection, $"create table {Of(table)} (like {table} including all excluding indexes)", ct);
            foreach (var statement in await ReadAsync(connection, Properties, ct, table, Of(table)))
                await ExecuteAsync(connection, statement[0]!, ct);
            await RequireSameShapeAsync(connection, table, withIndexes: false, ct);

            // Nothing in them is ever dead, and the planner's figures come at the end.
            await ExecuteAsync(connection, $"alter table {Of(table)} set (autovacuum_enabled = off)", ct);
        }
    }

    /// <summary>About what building the missing indexes takes of the disk at its height: the indexes, their log, and what is sorted in files.</summary>
    public async Task<long> IndexRoomAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var (missing, of) = await MissingIndexesAsync(connection, ct);
        await using var command = new NpgsqlCommand("select coalesce(sum(pg_table_size(t::regclass)), 0)::bigint from unnest($1::text[]) t", connection)
        {
            Parameters = { new() { Value = tables.Select(Of).ToArray() } },
        };
        return (long)(await command.ExecuteScalarAsync(ct))! / 100 * IndexPercent * missing.Count / of;
    }

    /// <summary>Builds what is missing of the live tables' indexes and constraints, two at once: the unique ones prove that no row is there twice.</summary>
    public Task IndexAsync(NpgsqlDataSource dataSource, IProgress<IndexProgress>? progress, CancellationToken ct) => IndexAsync(dataSource, onlyUnique: false, progress, ct);

    /// <summary>The same for the unique indexes alone: who writes on into the tables looks its rows up by them, and goes without the others for now.</summary>
    public Task IndexUniqueAsync(NpgsqlDataSource dataSource, IProgress<IndexProgress>? progress, CancellationToken ct) => IndexAsync(dataSource, onlyUnique: true, progress, ct);

    async Task IndexAsync(NpgsqlDataSource dataSource, bool onlyUnique, IProgress<IndexProgress>? progress, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        var (missing, of) = await MissingIndexesAsync(connection, ct, onlyUnique);
        var built = of - missing.Count;
        progress?.Report(new(built, of));
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = ct }, async (index, token) =>
        {
            await using var builder = await dataSource.OpenConnectionAsync(token);
            await ExecuteAsync(builder, $"set maintenance_work_mem = '{SortMemory}'; set max_parallel_maintenance_workers = 0; {NoCompression}", token);
            await ExecuteAsync(builder, index, token);
            progress?.Report(new(Interlocked.Increment(ref built), of));
        });

        foreach (var table in tables)
        {
            foreach (var constraint in await ReadAsync(connection, MissingConstraints, ct, table, Of(table)))
                await ExecuteAsync(connection, constraint[0]!, ct);
        }

        if (onlyUnique)
            return;
        await Parallel.ForEachAsync(tables, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = ct }, async (table, token) =>
        {
            await using var analyst = await dataSource.OpenConnectionAsync(token);
            await ExecuteAsync(analyst, $"analyze {Of(table)}", token);
        });
    }

    /// <summary>Puts them in the place of the live ones, whose rows they take over, in the caller's transaction.</summary>
    /// <param name="connection">In a transaction that holds nothing yet.</param>
    /// <param name="ct">Cancels the wait for those who read or write the live tables.</param>
    /// <exception cref="TableShapeException">They are not of the live ones' shape: one of those was changed meanwhile.</exception>
    public async Task ExchangeAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var views = await ReadAsync(connection, Views, ct, [tables.ToArray()]);
        await LockAsync(connection, Relations(views), ct);
        foreach (var table in tables)
        {
            foreach (var statement in await ReadAsync(connection, TakeOver, ct, table, Of(table)))
                await ExecuteAsync(connection, statement[0]!, ct);
        }

        await LaterIndexes.RememberIndexesAsync(connection, tables, later, ct);
        await ReplaceAsync(connection, views, async table => await ExecuteAsync(connection, $"drop table {table}", ct), ct);
    }

    /// <summary>Puts them in the place of the live ones, which go to a schema of their own as they are, in the caller's transaction.</summary>
    /// <param name="connection">In a transaction that is rolled back if this fails.</param>
    /// <param name="patience">How long to wait at most for those who read or write the live tables; whoever comes meanwhile waits as long.</param>
    /// <param name="aside">The schema for the live ones; it does not exist yet. They can be put back from there in the same way.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>False when others still held a table: the transaction has failed.</returns>
    /// <exception cref="TableShapeException">They are not of the live ones' shape: one of those was changed meanwhile.</exception>
    public async Task<bool> TryExchangeAsync(NpgsqlConnection connection, TimeSpan patience, string aside, CancellationToken ct)
    {
        var views = await ReadAsync(connection, Views, ct, [tables.ToArray()]);
        if (!await TryLockAsync(connection, Relations(views), patience, ct))
            return false;
        if (!(await ReadAsync(connection, Views, ct, [tables.ToArray()])).Select(view => view[1]).SequenceEqual(views.Select(view => view[1])))
            return false; // somebody made another view of them before we had the lock
        await ExecuteAsync(connection, $"create schema {aside}", ct);
        await ReplaceAsync(connection, views, table => ExecuteAsync(connection, $"alter table {table} set schema {aside}", ct), ct);

        // What a shadow's index was built from stands in its comment: so do the old tables become shadows of the new ones.
        foreach (var table in tables)
        {
            foreach (var comment in await ReadAsync(connection, BuiltFrom, ct, table, aside))
                await ExecuteAsync(connection, comment[0]!, ct);
        }

        return true;
    }

    /// <summary>Drops them and what was loaded into them, in the caller's transaction.</summary>
    public Task DropAsync(NpgsqlConnection connection, CancellationToken ct) => ExecuteAsync(connection, $"drop schema {schema} cascade", ct);

    /// <summary>The same, of which there may be none.</summary>
    public Task DropIfThereAsync(NpgsqlConnection connection, CancellationToken ct) => ExecuteAsync(connection, $"set local client_min_messages = warning; drop schema if exists {schema} cascade", ct);

    async Task ReplaceAsync(NpgsqlConnection connection, List<string?[]> views, Func<string, Task> removeAsync, CancellationToken ct)
    {
        foreach (var table in tables)
        {
            // How it was filled is its own affair; from here on the live one's parameters hold.
            await ExecuteAsync(connection, $"alter table {Of(table)} reset (autovacuum_enabled, fillfactor)", ct);
            foreach (var statement in await ReadAsync(connection, Parameters, ct, table, Of(table)))
                await ExecuteAsync(connection, statement[0]!, ct);
            await RequireSameShapeAsync(connection, table, withIndexes: true, ct);
            foreach (var statement in await ReadAsync(connection, IndexComments, ct, table, Of(table), later.ToArray()))
                await ExecuteAsync(connection, statement[0]!, ct);
        }

        var (keys, triggers) = (await ReadAsync(connection, ForeignKeys, ct, [tables.ToArray()]), await ReadAsync(connection, Triggers, ct, [tables.ToArray()]));
        foreach (var view in views)
            await ExecuteAsync(connection, $"drop view {view[0]}", ct);
        foreach (var table in tables)
        {
            var sequences = await ReadAsync(connection, OwnedSequences, ct, table);
            foreach (var sequence in sequences)
                await ExecuteAsync(connection, $"alter sequence {sequence[0]} owned by none", ct);
            await removeAsync(table);
            await ExecuteAsync(connection, $"alter table {Of(table)} set schema {table.Split('.')[0]}", ct);
            foreach (var sequence in sequences)
                await ExecuteAsync(connection, $"alter sequence {sequence[0]} owned by {sequence[1]}", ct);
        }

        // Whether every row obeys its key is found out when others can read and write again.
        foreach (var key in keys)
        {
            await ExecuteAsync(connection, key[1]!, ct);
            await LaterIndexes.RememberAsync(connection, key[0]!, key[2]!, ct);
        }

        foreach (var trigger in triggers)
            await ExecuteAsync(connection, trigger[0]!, ct);
        foreach (var view in views.AsEnumerable().Reverse()) // those that others read come first
            await ExecuteAsync(connection, view[1]!, ct);
        await ExecuteAsync(connection, $"drop schema {schema}", ct);
    }

    // Views first, as those who read them do.
    string[] Relations(List<string?[]> views) => [.. views.Select(view => view[0]!), .. tables];

    /// <returns>The statement that makes each index that is missing, and how many there are in all.</returns>
    async Task<(List<string> Create, int Of)> MissingIndexesAsync(NpgsqlConnection connection, CancellationToken ct, bool onlyUnique = false)
    {
        List<string> missing = [];
        var of = 0;
        foreach (var table in tables)
        {
            foreach (var index in await ReadAsync(connection, Indexes, ct, table, Of(table), later.ToArray()))
            {
                if (onlyUnique && index[2] is null)
                    continue;
                of++;
                if (index[1] is { } create)
                    missing.Add(create);
            }
        }

        return (missing, of);
    }

    string Of(string table) => $"{schema}.{table.Split('.')[1]}";

    // Whoever waits for these locks keeps everybody behind it waiting too: so it waits in short tries, and lets the others through in between.
    async Task LockAsync(NpgsqlConnection connection, IReadOnlyList<string> relations, CancellationToken ct)
    {
        while (true)
        {
            await ExecuteAsync(connection, "savepoint exchange", ct);
            if (await TryLockAsync(connection, relations, Patience, ct))
                return;
            await ExecuteAsync(connection, "rollback to savepoint exchange", ct);
            await Task.Delay(RetryPause, ct);
        }
    }

    // The first lock stands in nobody's way but a vacuum's; after deadlock_timeout the server calls off an autovacuum for it. Then all that may wait for us
    // may be holding what we wait for: so we have given up before deadlock_timeout, when the server would end the wait with an error, perhaps a reader's.
    async Task<bool> TryLockAsync(NpgsqlConnection connection, IReadOnlyList<string> relations, TimeSpan patience, CancellationToken ct)
    {
        try
        {
            await ReadAsync(connection, LimitVacuumWait, ct);
            await ExecuteAsync(connection, $"lock table {string.Join(", ", tables)} in share update exclusive mode", ct);
            await ReadAsync(connection, LimitWait, ct, (int)patience.TotalMilliseconds);
            await ExecuteAsync(connection, $"lock table {string.Join(", ", relations)} in access exclusive mode", ct);
            await ExecuteAsync(connection, "set local statement_timeout to default", ct);
            return true;
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
    }

    async Task RequireSameShapeAsync(NpgsqlConnection connection, string table, bool withIndexes, CancellationToken ct)
    {
        var live = await LinesAsync(table, isShadow: false);
        var shadow = await LinesAsync(Of(table), isShadow: true);
        var different = live.Except(shadow).Concat(shadow.Except(live)).ToArray();
        if (different.Length > 0)
            throw new TableShapeException($"{Of(table)} would not be the same as {table}: {string.Join("; ", different)}.");

        async Task<string[]> LinesAsync(string name, bool isShadow) =>
            [.. (await ReadAsync(connection, Shape, ct, name, isShadow, later.ToArray())).Where(line => withIndexes || line[1] is null).Select(line => line[0]!)];
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task<List<string?[]>> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<string?[]>();
        while (await reader.ReadAsync(ct))
        {
            var row = new string?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
                row[i] = await reader.IsDBNullAsync(i, ct) ? null : reader.GetString(i);
            rows.Add(row);
        }

        return rows;
    }

    // Milliseconds. For each lock.
    const string LimitVacuumWait = "select set_config('lock_timeout', (setting::int * 2)::text, true) from pg_settings where name = 'deadlock_timeout'";

    // For all locks together. $1 at most.
    const string LimitWait = "select set_config('statement_timeout', least($1, setting::int * 4 / 5)::text, true) from pg_settings where name = 'deadlock_timeout'";

    // $1 the live table, $2 its shadow.
    const string Parameters = """
        select format('alter table %s set (%s)', $2::text, array_to_string(reloptions, ', '))
          from pg_class where oid = $1::text::regclass and reloptions is not null
        """;

    // What LIKE leaves out: storage parameters, grants and the comment. $1 the live table, $2 its shadow.
    const string Properties = $"""
        {Parameters}
        union all
        select format('grant %s on %s to %s', g.privilege_type, $2::text, coalesce(quote_ident(r.rolname), 'public'))
          from pg_class c cross join aclexplode(c.relacl) g left join pg_roles r on r.oid = g.grantee
         where c.oid = $1::text::regclass and g.grantee <> c.relowner
        union all
        select format('comment on table %s is %L', $2::text, d)
          from obj_description($1::text::regclass, 'pg_class') d where d is not null
        """;

    // Constraints whose index is built already. $1 the live table, $2 its shadow.
    const string MissingConstraints = """
        select format('alter table %s add constraint %I %s using index %I', $2::text, l.conname,
                      case l.contype when 'p' then 'primary key' else 'unique' end, i.relname)
          from pg_constraint l join pg_class i on i.oid = l.conindid
         where l.conrelid = $1::text::regclass and l.contype in ('p', 'u')
           and not exists (select from pg_constraint s where s.conrelid = $2::text::regclass and s.conname = l.conname)
        """;

    // Into the shadow what the live table has: events of imports and the like, a handful. Generated columns generate themselves.
    const string TakeOver = """
        select format('insert into %s (%s) select %2$s from %s', $2::text, string_agg(quote_ident(attname), ', ' order by attnum), $1::text)
          from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''
        """;

    const string IndexComments = """
        select format('comment on index %s.%I is %s', split_part($2::text, '.', 1), c.relname, quote_nullable(obj_description(c.oid, 'pg_class')))
          from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = $1::text::regclass and c.relname <> all ($3::text[])
        """;

    // $1 the live table, $2 the schema of its shadow.
    const string BuiltFrom = """
        select format('comment on index %I.%I is %L', $2::text, c.relname, pg_get_indexdef(i.indexrelid))
          from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = $1::text::regclass
        """;

    // Name, statement that makes it again, statement that validates it. $1 the live tables.
    const string ForeignKeys = """
        select conname::text,
               format('alter table %s add constraint %I %s not valid', conrelid::regclass, conname, replace(pg_get_constraintdef(oid), ' NOT VALID', '')),
               format('alter table %s validate constraint %I', conrelid::regclass, conname)
          from pg_constraint where conrelid = any ($1::regclass[]) and contype = 'f'
        """;

    // A load would run them for every row. $1 the live tables.
    const string Triggers = "select pg_get_triggerdef(oid) from pg_trigger where tgrelid = any ($1::regclass[]) and not tgisinternal";

    const string OwnedSequences = """
        select s.oid::regclass::text, format('%s.%I', $1::text, a.attname)
          from pg_depend d
          join pg_class s on s.oid = d.objid and s.relkind = 'S'
          join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
         where d.refobjid = $1::text::regclass and d.classid = 'pg_class'::regclass and d.deptype = 'a'
        """;
}

/// <summary>A copy of a table would lack something that the table has, or has something else.</summary>
public sealed class TableShapeException(string message) : InvalidOperationException(message);
