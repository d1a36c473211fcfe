using Microsoft.Data.Sqlite;
using Padron.Domain.Imports;

namespace Padron.Adapters.Imports;

/// <summary>Which tables and columns of a file are read, under the customer's usual names or those of a mapping.</summary>
/// <param name="Table">Of contacts, quoted for SQL.</param>
/// <param name="Columns">Its columns: the usual name, and the file's own, null where it has none.</param>
/// <param name="Ranking">The table of municipalities, quoted; null when the file has none.</param>
/// <param name="RankingColumns">Its columns, as a select list in the usual order.</param>
/// <param name="OtherTables">All further tables.</param>
sealed record SourceLayout(string Table, IReadOnlyList<(string Name, string? SourceName)> Columns, string? Ranking, string RankingColumns, IReadOnlyList<string> OtherTables)
{
    static readonly string[] ContactColumns =
    [
        "numero", "campo1_original", "nombre", "direccion", "colonia", "municipio_cof", "estado_cof", "lada", "ciudad_por_lada", "es_valido", "fecha_migracion",
    ];

    static readonly string[] RankingNames = ["ranking", "municipio", "estado", "lada", "icpth_2022"];

    /// <summary>The contacts' columns in the usual order.</summary>
    public string SelectColumns => Select(Columns);

    /// <exception cref="FormatException">The file has not the table, or not all columns, or rows without an id to resume after; or the mapping names what nobody knows.</exception>
    public static SourceLayout Of(string path, SqliteConnection connection, SourceMapping mapping)
    {
        var contacts = mapping.Table ?? "numeros";
        var there = ColumnsOf(connection, contacts);
        if (there.Count == 0)
            throw new FormatException($"{path} has no table '{contacts}', where the contacts should be.");
        var columns = Map(path, contacts, ContactColumns, mapping.Columns, there);
        if (columns[0].SourceName is null)
            throw new FormatException("The mapping gives numero no column: without the number there is no contact.");
        using (var kind = new SqliteCommand("select type = 'table' and not wr from pragma_table_list($table) where schema = 'main'", connection))
        {
            kind.Parameters.AddWithValue("$table", contacts);
            if (kind.ExecuteScalar() is not 1L)
                throw new FormatException($"'{contacts}' of {path} has no row ids: it must be a table, no view, and not be made WITHOUT ROWID.");
        }

        var ranking = mapping.RankingTable ?? "mejores_ladas";
        var rankingThere = ColumnsOf(connection, ranking);
        if (rankingThere.Count == 0 && mapping.RankingTable is not null)
            throw new FormatException($"{path} has no table '{ranking}', which the mapping names as the ranking.");
        var rankingColumns = rankingThere.Count == 0 ? "" : Select(Map(path, ranking, RankingNames, mapping.RankingColumns, rankingThere));
        string[] used = [contacts, ranking];
        return new(
            Quoted(contacts), columns, rankingThere.Count == 0 ? null : Quoted(ranking), rankingColumns,
            [.. TablesOf(connection).Where(table => !used.Contains(table, StringComparer.OrdinalIgnoreCase))]);
    }

    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static List<string> ColumnsOf(SqliteConnection connection, string table)
    {
        using var command = new SqliteCommand("select name from pragma_table_info($table)", connection);
        command.Parameters.AddWithValue("$table", table);
        return Texts(command);
    }

    static (string Name, string? SourceName)[] Map(
        string path, string table, string[] usual, IReadOnlyDictionary<string, string?>? mapping, IReadOnlyCollection<string> there)
    {
        mapping ??= new Dictionary<string, string?>();
        var unknown = mapping.Keys.Except(usual, StringComparer.Ordinal).ToArray();
        if (unknown.Length > 0)
            throw new FormatException($"The mapping names {string.Join(", ", unknown)}, which are no columns of ours: they are {string.Join(", ", usual)}.");
        var columns = usual.Select(name => (Name: name, SourceName: mapping.TryGetValue(name, out var other) ? other : name)).ToArray();
        var missing = columns.Select(column => column.SourceName).OfType<string>().Except(there, StringComparer.OrdinalIgnoreCase).ToArray();
        return missing.Length == 0
            ? columns
            : throw new FormatException($"The table '{table}' of {path} lacks the columns {string.Join(", ", missing)}.");
    }

    static string Select(IEnumerable<(string Name, string? SourceName)> columns) =>
        string.Join(", ", columns.Select(column => column.SourceName is { } own ? Quoted(own) : "null"));

    // Shadow and virtual tables are the store of indexes of SQLite's own, and views hold nothing.
    static List<string> TablesOf(SqliteConnection connection)
    {
        using var command = new SqliteCommand("select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name", connection);
        return Texts(command);
    }

    static List<string> Texts(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read())
            texts.Add(reader.GetString(0));
        return texts;
    }
}
