using Npgsql;
using NpgsqlTypes;
using Padron.MartenExtensions;

namespace Padron.Benchmarks.Reference;

/// <summary>
/// The statements of the customer's document (fase 2), whose <c>?</c> became numbered parameters, on either of two tables: our read model, where
/// they only choose, and a flat copy of it in the customer's own form, with the customer's indexes, where they also mark.
/// </summary>
sealed class ReferenceTables : IAsyncDisposable
{
    static readonly string PremiumSql = Sql("premium.sql");
    static readonly string LocationSql = Sql("location.sql");
    static readonly string MarkSql = Sql("mark.sql");
    static readonly string AvailabilitySql = Sql("availability.sql");

    readonly NpgsqlDataSource copy, readModel;

    ReferenceTables(Register register) => (copy, readModel) = (register.In("bench"), register.In("read,bench"));

    public static async Task<ReferenceTables> CreateAsync(Register register)
    {
        if (await register.ScalarAsync<bool>("select to_regclass('bench.contacts') is null"))
        {
            await register.ExecuteAsync("create table bench.contacts as select * from read.contacts");
            await register.ExecuteAsync("alter table bench.contacts add primary key (id)");
            await register.ExecuteAsync("create index on bench.contacts (phone_national)");
            await register.ExecuteAsync(
                """
                CREATE INDEX idx_contacts_premium_extraction ON bench.contacts(lada, status, opt_out_at) WHERE status = 'VERIFIED' AND opt_out_at IS NULL;
                CREATE INDEX idx_contacts_location_extraction ON bench.contacts(state_name, city, status, opt_out_at) WHERE status = 'VERIFIED' AND opt_out_at IS NULL;
                CREATE INDEX idx_contacts_availability ON bench.contacts(status, opt_out_at, lada, state_name, city)
                """);
            await register.ExecuteAsync("create view bench.mejores_ladas as select lada, state as estado, icpth_2022 from padron.mejores_ladas");
            await register.ExecuteAsync("vacuum analyze bench.contacts");
        }

        return new(register);
    }

    /// <summary>Chooses contacts of the read model, and does nothing with them.</summary>
    /// <param name="state">A state's name; null for premium.</param>
    /// <param name="amount">How many.</param>
    /// <returns>How many it chose: with LADAs that stand twice in the ranking, some of them twice.</returns>
    public async Task<double> ChooseAsync(string? state, int amount)
    {
        await using var connection = await readModel.OpenConnectionAsync();
        return (await ChooseAsync(connection, state, amount)).Count;
    }

    /// <summary>Chooses contacts of the copy and marks them, in one transaction.</summary>
    /// <returns>How many contacts it marked.</returns>
    public async Task<double> ChooseAndMarkAsync(string? state, int amount)
    {
        await using var connection = await copy.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var ids = await ChooseAsync(connection, state, amount);
        await using var mark = new NpgsqlCommand(MarkSql, connection) { Parameters = { new() { Value = "bench" }, new() { Value = ids.ToArray() } } };
        var marked = await mark.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        return marked;
    }

    /// <summary>Counts the contacts of the read model that could be extracted.</summary>
    public async Task<long> AvailableAsync(string kind, string place)
    {
        await using var command = readModel.CreateCommand(AvailabilitySql);
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.Add(new() { Value = place });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Reads one contact of the copy, by its number.</summary>
    public async Task FindAsync(string national)
    {
        await using var command = copy.CreateCommand("select * from contacts where phone_national = $1");
        command.Parameters.Add(new() { Value = national });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
    }

    /// <summary>Opts one contact of the copy out, by its number.</summary>
    public async Task OptOutAsync(string national)
    {
        await using var command = copy.CreateCommand(
            "update contacts set status = 'OPTED_OUT', opt_out_at = now(), opt_out_method = 'API', opt_out_user_id = 'bench', updated_at = now() where phone_national = $1");
        command.Parameters.Add(new() { Value = national });
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await copy.DisposeAsync();
        await readModel.DisposeAsync();
    }

    static async Task<List<Guid>> ChooseAsync(NpgsqlConnection connection, string? state, int amount)
    {
        await using var command = new NpgsqlCommand(state is null ? PremiumSql : LocationSql, connection);
        if (state is not null)
        {
            command.Parameters.Add(new() { Value = "state" });
            command.Parameters.Add(new() { Value = state });
        }

        command.Parameters.Add(new() { Value = amount, NpgsqlDbType = NpgsqlDbType.Integer });
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<Guid>(amount);
        while (await reader.ReadAsync())
            ids.Add(reader.GetGuid(0));
        return ids;
    }

    static string Sql(string file) => EmbeddedSql.Beside(typeof(ReferenceTables), file);
}
