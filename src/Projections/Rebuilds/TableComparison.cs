using System.Globalization;
using Npgsql;

namespace Padron.Projections.Rebuilds;

/// <summary>Compares a table with its live one, row by row of the same primary key, in one statement.</summary>
static class TableComparison
{
    /// <summary>Of each kind of difference.</summary>
    const int Examples = 5;

    /// <param name="connection">In a transaction whose snapshot shows both at the same position.</param>
    /// <param name="live">The live table.</param>
    /// <param name="rebuilt">The other, of the same shape.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<TableDifference> CompareAsync(NpgsqlConnection connection, string live, string rebuilt, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(await StatementAsync(connection, live, rebuilt, ct), connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var examples = new List<RowDifference>();
        while (await reader.ReadAsync(ct))
        {
            counts[reader.GetString(0)] = reader.GetInt64(1);
            examples.Add(new(reader.GetString(0), reader.GetString(2), reader.GetString(3)));
        }

        return new(
            live, counts.GetValueOrDefault(OnlyLive), counts.GetValueOrDefault(OnlyRebuilt), counts.GetValueOrDefault(Different),
            [.. examples.OrderBy(example => example.Kind, StringComparer.Ordinal).ThenBy(example => example.Key, StringComparer.Ordinal)]);
    }

    const string OnlyLive = "only_live", OnlyRebuilt = "only_rebuilt", Different = "different";

    static async Task<string> StatementAsync(NpgsqlConnection connection, string live, string rebuilt, CancellationToken ct)
    {
        var columns = await ColumnsAsync(connection, live, ct);
        var keys = columns.Where(column => column.IsKey).Select(column => column.Name).ToArray();
        var (key, values) = (keys[0], columns.Where(column => !column.IsKey).Select(column => column.Name).ToArray());
        var differ = values.Length == 0
            ? "false"
            : $"({string.Join(", ", values.Select(name => "l." + name))}) is distinct from ({string.Join(", ", values.Select(name => "r." + name))})";
        var on = string.Join(" and ", keys.Select(name => $"l.{name} = r.{name}"));
        var shownKey = string.Join(", ", keys.Select(name => $"coalesce(l.{name}, r.{name})::text"));
        var shownColumns = string.Concat(values.Select(name => $", case when l.{name} is distinct from r.{name} then '{name}' end"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            select kind, of, key, columns
              from (
                select kind, key, columns, count(*) over (partition by kind) as of, row_number() over (partition by kind) as place
                  from (
                    select case when r.{key} is null then '{OnlyLive}' when l.{key} is null then '{OnlyRebuilt}' else '{Different}' end as kind,
                           concat_ws(' ', {shownKey}) as key,
                           case when l.{key} is not null and r.{key} is not null then concat_ws(', ', null{shownColumns}) else '' end as columns
                      from {live} l full join {rebuilt} r on {on}
                     where l.{key} is null or r.{key} is null or {differ}
                  ) d
              ) d
             where place <= {Examples}
            """);
    }

    static async Task<IReadOnlyList<(string Name, bool IsKey)>> ColumnsAsync(NpgsqlConnection connection, string table, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select quote_ident(a.attname), k.conrelid is not null
              from pg_attribute a
              left join pg_constraint k on k.conrelid = a.attrelid and k.contype = 'p' and a.attnum = any (k.conkey)
             where a.attrelid = $1::text::regclass and a.attnum > 0 and not a.attisdropped
             order by a.attnum
            """,
            connection)
        {
            Parameters = { new() { Value = table } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var columns = new List<(string, bool)>();
        while (await reader.ReadAsync(ct))
            columns.Add((reader.GetString(0), reader.GetBoolean(1)));
        return columns;
    }
}
