using Microsoft.Data.Sqlite;

namespace Padron.Integration.Tests.Imports;

/// <summary>A customer's file of a few rows. Its columns have no type, so that SQLite keeps what is put in: text, integer, real or blob.</summary>
sealed class ContactFile : IDisposable
{
    public const string Numeros = """
        create table numeros (
            id integer primary key, numero, campo1_original, nombre, direccion, colonia, municipio_cof, estado_cof, lada, ciudad_por_lada, es_valido, fecha_migracion)
        """;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("padron-import-");

    public ContactFile(params IEnumerable<string> sql)
    {
        foreach (var statement in sql.DefaultIfEmpty(Numeros))
            Execute(statement);
    }

    public string Path => System.IO.Path.Combine(folder.FullName, "numeros.db");

    public ContactFile Add(
        object? numero, object? name = null, object? original = null, object? address = null, object? state = null, object? city = null,
        object? municipality = null, object? lada = null, object? valid = null, object? date = null)
    {
        Execute(
            """
            insert into numeros (numero, campo1_original, nombre, direccion, colonia, municipio_cof, estado_cof, lada, ciudad_por_lada, es_valido, fecha_migracion)
            values ($0, $1, $2, $3, $3, $4, $5, $6, $7, $8, $9)
            """,
            numero, original, name, address, municipality, state, lada, city, valid, date);
        return this;
    }

    public void Execute(string sql, params object?[] values)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (place, value) in values.Index())
            command.Parameters.AddWithValue($"${place}", value ?? DBNull.Value);
        command.ExecuteNonQuery();
    }

    public void Dispose() => folder.Delete(recursive: true);
}
