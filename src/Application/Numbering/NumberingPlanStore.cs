using Npgsql;
using NpgsqlTypes;
using Padron.Domain;
using Padron.Domain.Numbering;

namespace Padron.Application.Numbering;

/// <summary>The numbering plan in force and what it is called.</summary>
/// <param name="Version">Begins with <c>pnn-</c> and the file's hash; the evidence in every event that rests on the plan.</param>
/// <param name="FileName">The file it was loaded from.</param>
/// <param name="Blocks">Number of blocks.</param>
/// <param name="LoadedAt">UTC.</param>
public sealed record NumberingPlanInfo(string Version, string FileName, int Blocks, DateTimeOffset LoadedAt);

/// <summary>Keeps the numbering plan that the operator supplied.</summary>
public sealed class NumberingPlanStore(NpgsqlDataSource dataSource)
{
    /// <summary>Replaces the plan, in one transaction. Of two at once the second waits.</summary>
    /// <param name="plan">The new plan, without overlaps.</param>
    /// <param name="info">What it is.</param>
    /// <param name="settle">Runs in the transaction, given the plan before, when the new one is in force there; false takes it all back.</param>
    /// <param name="ct">Cancelling keeps the old plan.</param>
    public async Task ReplaceAsync(
        NumberingPlan plan, NumberingPlanInfo info, Func<NpgsqlConnection, NumberingPlan, Task<bool>>? settle = null, CancellationToken ct = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var writeAlone = new NpgsqlCommand("lock table padron.numbering_blocks in share row exclusive mode", connection))
            await writeAlone.ExecuteNonQueryAsync(ct);
        var before = settle is null ? NumberingPlan.Empty : await ReadAsync(connection, ct);
        await using (var clear = new NpgsqlCommand("delete from padron.numbering_blocks", connection))
            await clear.ExecuteNonQueryAsync(ct);
        await using (var copy = await connection.BeginBinaryImportAsync(
            "copy padron.numbering_blocks (first_number, last_number, line, carrier) from stdin (format binary)", ct))
        {
            foreach (var block in plan.Blocks)
            {
                await copy.StartRowAsync(ct);
                await copy.WriteAsync(block.First, NpgsqlDbType.Bigint, ct);
                await copy.WriteAsync(block.Last, NpgsqlDbType.Bigint, ct);
                await copy.WriteAsync(block.Line.ToString(), NpgsqlDbType.Text, ct);
                await copy.WriteAsync(block.Carrier, NpgsqlDbType.Text, ct);
            }

            await copy.CompleteAsync(ct);
        }

        await using (var record = new NpgsqlCommand(
            """
            insert into padron.numbering_plan (version, file_name, blocks, loaded_at) values ($1, $2, $3, $4)
            on conflict (only_row) do update set version = excluded.version, file_name = excluded.file_name, blocks = excluded.blocks, loaded_at = excluded.loaded_at
            """,
            connection)
        {
            Parameters = { new() { Value = info.Version }, new() { Value = info.FileName }, new() { Value = info.Blocks }, new() { Value = info.LoadedAt } },
        })
            await record.ExecuteNonQueryAsync(ct);
        if (settle is null || await settle(connection, before))
            await transaction.CommitAsync(ct);
    }

    /// <returns>Null when no plan was ever loaded.</returns>
    public async Task<NumberingPlanInfo?> InfoAsync(CancellationToken ct = default)
    {
        await using var command = dataSource.CreateCommand("select version, file_name, blocks, loaded_at from padron.numbering_plan");
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new(reader.GetString(0), reader.GetString(1), reader.GetInt32(2), await reader.GetFieldValueAsync<DateTimeOffset>(3, ct))
            : null;
    }

    /// <exception cref="RuleViolationException"><c>numbering_plan_missing</c>: none was ever loaded.</exception>
    public async Task<NumberingPlanInfo> RequireAsync(CancellationToken ct = default) => await InfoAsync(ct)
        ?? throw new RuleViolationException("numbering_plan_missing", "No numbering plan is loaded: `padron numbering load FILE.csv`.");

    /// <returns>The first numbers of all blocks, ascending.</returns>
    public async Task<IReadOnlyList<long>> BlocksAsync(CancellationToken ct = default)
    {
        await using var command = dataSource.CreateCommand("select first_number from padron.numbering_blocks order by first_number");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var blocks = new List<long>();
        while (await reader.ReadAsync(ct))
            blocks.Add(reader.GetInt64(0));
        return blocks;
    }

    /// <returns>The plan in memory, ready to classify; <see cref="NumberingPlan.Empty"/> when none was loaded.</returns>
    public async Task<NumberingPlan> ReadAsync(CancellationToken ct = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        return await ReadAsync(connection, ct);
    }

    static async Task<NumberingPlan> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select first_number, last_number, line, carrier from padron.numbering_blocks", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var blocks = new List<NumberingBlock>();
        var carriers = new Dictionary<string, string>(StringComparer.Ordinal); // some 140 names over 178,000 blocks
        while (await reader.ReadAsync(ct))
        {
            var carrier = reader.GetString(3);
            if (!carriers.TryAdd(carrier, carrier))
                carrier = carriers[carrier];
            blocks.Add(new(reader.GetInt64(0), reader.GetInt64(1), Enum.Parse<LineType>(reader.GetString(2)), carrier));
        }

        return blocks.Count == 0 ? NumberingPlan.Empty : NumberingPlan.From(blocks);
    }

    /// <returns>The block a number lies in; null when the plan has none.</returns>
    public async Task<NumberingBlock?> FindAsync(PhoneNumber phone, CancellationToken ct = default)
    {
        if (!phone.IsMexican)
            return null;
        await using var command = dataSource.CreateCommand(
            "select first_number, last_number, line, carrier from padron.numbering_blocks where first_number <= $1 order by first_number desc limit 1");
        command.Parameters.Add(new() { Value = phone.MexicanNational });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) && reader.GetInt64(1) >= phone.MexicanNational
            ? new NumberingBlock(reader.GetInt64(0), reader.GetInt64(1), Enum.Parse<LineType>(reader.GetString(2)), reader.GetString(3))
            : null;
    }
}
