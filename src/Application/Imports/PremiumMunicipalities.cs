using Npgsql;
using Padron.Domain.Numbering;

namespace Padron.Application.Imports;

/// <summary>The ranking of LADAs by household income, as the customer's file has it.</summary>
public sealed class PremiumMunicipalities(NpgsqlDataSource dataSource)
{
    const string Sql = """
        with gone as (delete from padron.mejores_ladas)
        insert into padron.mejores_ladas (ranking, municipality, state, lada, icpth_2022)
        select * from unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::numeric[])
        """;

    /// <summary>Replaces the table; an empty list keeps what is there.</summary>
    public async Task ReplaceAsync(IReadOnlyList<PremiumMunicipality> municipalities, CancellationToken ct = default)
    {
        // A slice such as 551 stands for 55; a row whose LADA nobody assigned ranks nothing.
        municipalities = [.. municipalities.Where(row => Lada.FromColumn(row.Lada) is not null)];
        if (municipalities.Count == 0)
            return;
        await using var command = dataSource.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = municipalities.Select(row => row.Ranking).ToArray() });
        command.Parameters.Add(new() { Value = municipalities.Select(row => SourceText.Clean(row.Municipio)).ToArray(), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = municipalities.Select(row => SourceText.Clean(row.Estado)).ToArray(), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = municipalities.Select(row => Lada.FromColumn(row.Lada)).ToArray() });
        command.Parameters.Add(new() { Value = municipalities.Select(row => row.Icpth2022).ToArray() });
        await command.ExecuteNonQueryAsync(ct);
    }
}
