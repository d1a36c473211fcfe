using Microsoft.Data.Sqlite;

namespace Padron.Adapters.Samples;

/// <summary>The SQLite file, filled in one transaction.</summary>
sealed class SampleDatabase : IDisposable
{
    // No journal and no waiting for the disk: a file that is not finished is deleted anyway. The page size and the encoding are
    // named because their defaults are the library's choice, and the bytes must depend on the seed alone.
    const string Settings = """
        pragma page_size = 4096;
        pragma encoding = 'UTF-8';
        pragma auto_vacuum = none;
        pragma journal_mode = off;
        pragma synchronous = off;
        pragma locking_mode = exclusive;
        pragma cache_size = -16384;
        """;

    // Of the kind that the customer's migration left in its file. A LADA counts as missing when no plan has it.
    const string OtherTables = """
        insert into estadisticas_migracion (concepto, total)
        select 'filas', count(*) from numeros
        union all select 'con nombre', count(*) from numeros where trim(coalesce(nombre, '')) <> ''
        union all select 'marcadas inválidas', count(*) from numeros where es_valido in (0, '0', 'N');
        insert into ladas_faltantes (lada, apariciones)
        values ('200', 17), ('207', 4), ('300', 21), ('500', 9), ('800', 102);
        """;

    readonly SqliteConnection connection;

    SampleDatabase(SqliteConnection connection)
    {
        this.connection = connection;
        Execute(Settings);
        Execute("begin");
        using var tables = new StreamReader(typeof(SampleDatabase).Assembly.GetManifestResourceStream("Padron.Adapters.Samples.numeros.sql")!);
        Execute(tables.ReadToEnd());
        Numeros = new(connection.Handle!);
    }

    public NumerosInsert Numeros { get; }

    /// <param name="path">A file that does not exist.</param>
    public static SampleDatabase Create(string path)
    {
        // Pooled connections stay open and would keep the file from being moved on some systems.
        var file = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            file.Open();
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>SQLite would replay the journal of a file that stood at the path before into the new one.</summary>
    public static void DeleteJournalsOf(string path)
    {
        foreach (var journal in (string[])["-journal", "-wal", "-shm"])
            File.Delete(path + journal);
    }

    /// <summary>Adds all other tables and commits; without it the file holds nothing.</summary>
    public void Complete()
    {
        foreach (var (index, best) in BestLadas.All.Index())
        {
            using var insert = connection.CreateCommand();
            insert.CommandText = """
                insert into mejores_ladas (ranking, municipio, estado, icpth_2022, lada, zona_horaria, hora_recomendada, pib)
                values ($ranking, $municipality, $state, $income, $lada, $zone, $hour, $gdp)
                """;
            insert.Parameters.AddWithValue("$ranking", index + 1);
            insert.Parameters.AddWithValue("$municipality", best.Municipality);
            insert.Parameters.AddWithValue("$state", best.State);
            insert.Parameters.AddWithValue("$income", best.Income);
            insert.Parameters.AddWithValue("$lada", best.Lada);
            insert.Parameters.AddWithValue("$zone", best.TimeZone);
            insert.Parameters.AddWithValue("$hour", best.Hour);
            insert.Parameters.AddWithValue("$gdp", best.StateGdp);
            insert.ExecuteNonQuery();
        }

        Execute(OtherTables);
        Execute("commit");
    }

    public void Dispose()
    {
        Numeros.Dispose();
        connection.Dispose();
    }

    void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
