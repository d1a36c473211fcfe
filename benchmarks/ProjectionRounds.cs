using JasperFx.Events;
using Marten;
using Npgsql;
using Padron.Benchmarks.Harness;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;

namespace Padron.Benchmarks;

/// <summary>Projecting what an import appended, beside PostgreSQL's bare folding of the same events and beside a fold event by event.</summary>
sealed class ProjectionRounds
{
    const int NaiveEvents = 3_000;

    static readonly string FoldSql = EmbeddedSql.Beside(typeof(ProjectionRounds), "fold-limit.sql");

    readonly Register register;
    readonly Track fold, naive;

    ProjectionRounds(Register register)
    {
        this.register = register;
        fold = Series.Beside("a bare insert … select of the same events");
        naive = Series.Beside($"event by event from .NET, the first {NaiveEvents:N0}");
    }

    public Series Series { get; } = new(FillBench.Projection, "project an import", "events");

    public static async Task<ProjectionRounds> CreateAsync(Register register)
    {
        await CreateTablesAsync(register);
        return new(register);
    }

    public static async Task CreateTablesAsync(Register register)
    {
        await register.ExecuteAsync(
            """
            create table if not exists bench.folded (
                id uuid, phone bigint, lada text, state_code text, municipality_key text, city_key text, carrier text, verified_at timestamptz,
                not_mobile_at timestamptz, invalidated_at timestamptz, version bigint, created_at timestamptz, updated_at timestamptz,
                phone_original text, full_name text, address text, neighborhood text, municipality text, city text, lada_inferred boolean,
                import_id uuid, source_row bigint, migrated_at timestamptz)
            """);
        await register.ExecuteAsync("create table if not exists bench.naive_states (like read.contact_states including all)");
    }

    public async Task RunAsync()
    {
        var status = (await register.Statuses.ReadAsync())[0];
        var (from, mark) = (status.Position, status.HighWaterMark);
        if (mark - from < NaiveEvents)
        {
            await register.CatchUpAsync();
            return; // an initial load brings the contacts' read models with it: the first import leaves its own few events to project
        }

        await register.ExecuteAsync("analyze events.mt_events"); // an import of this size has autovacuum do it, sooner or later
        await Series.Measured.MeasureAsync(async () =>
        {
            await register.CatchUpAsync();
            return mark - from;
        });
        await Series.AlternateAsync(
            rounds: 1,
            (fold, () => FoldAsync(register, from, mark)),
            (naive, () => NaiveAsync(from, Math.Min(mark, from + NaiveEvents))));
    }

    public static async Task<double> FoldAsync(Register register, long from, long to)
    {
        await register.ExecuteAsync(FoldSql, from, to);
        return to - from;
    }

    async Task<double> NaiveAsync(long from, long to)
    {
        var count = 0;
        await using var connection = await register.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var session = register.Store.Store.QuerySession();
        foreach (var stored in await session.Events.QueryAllRawEvents().Where(e => e.Sequence > from && e.Sequence <= to).OrderBy(e => e.Sequence).ToListAsync())
        {
            if (Command(stored) is not { } update)
                continue; // of the import itself
            await using var command = update;
            command.Connection = connection;
            await command.ExecuteNonQueryAsync();
            count++;
        }

        await transaction.CommitAsync();
        return count;
    }

    static NpgsqlCommand? Command(IEvent stored)
    {
        return stored.Data switch
        {
            ContactImported imported => new NpgsqlCommand(
                """
                insert into bench.naive_states (id, version, updated_at, phone, lada, state_code, municipality_key, city_key, created_at)
                values ($1, $2, $3, $4, $5, $6, read.place_key($7), read.place_key($8), $3)
                """)
            {
                Parameters =
                {
                    new() { Value = stored.StreamId }, new() { Value = stored.Version }, new() { Value = stored.Timestamp }, new() { Value = imported.Phone.Digits },
                    new() { Value = imported.Lada }, new() { Value = imported.Details.StateCode ?? "" }, new() { Value = imported.Details.Municipality ?? "" },
                    new() { Value = imported.Details.City ?? "" },
                },
            },
            ContactVerified verified => Update("verified_at = $4", verified.VerifiedAt),
            ContactNotMobile fixedLine => Update("not_mobile_at = $4", fixedLine.ObservedAt),
            ContactInvalidated invalid => Update("invalidated_at = $4", invalid.InvalidatedAt),
            _ => null,
        };

        NpgsqlCommand Update(string change, DateTimeOffset at) => new($"update bench.naive_states set {change}, version = $2, updated_at = $3 where id = $1")
        {
            Parameters = { new() { Value = stored.StreamId }, new() { Value = stored.Version }, new() { Value = stored.Timestamp }, new() { Value = at } },
        };
    }
}
