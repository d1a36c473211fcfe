using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Padron.Adapters.Samples;

/// <summary>One prepared insert on SQLite's own interface: ADO.NET's parameters took most of the time.</summary>
sealed class NumerosInsert : IDisposable
{
    const string Sql = """
        insert into numeros (id, numero, campo1_original, nombre, direccion, colonia, municipio_cof, estado_cof, lada, ciudad_por_lada,
                             es_valido, fecha_migracion)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    readonly sqlite3 database;
    readonly sqlite3_stmt statement;

    public NumerosInsert(sqlite3 database)
    {
        this.database = database;
        Check(raw.sqlite3_prepare_v2(database, Sql, out statement));
    }

    public void Execute(in SampleRow row)
    {
        Check(raw.sqlite3_bind_int64(statement, 1, row.Id));
        Bind(2, row.Numero);
        Bind(3, row.Campo1Original);
        Bind(4, row.Nombre);
        Bind(5, row.Direccion);
        Bind(6, row.Colonia);
        Bind(7, row.MunicipioCof);
        Bind(8, row.EstadoCof);
        Bind(9, row.Lada);
        Bind(10, row.CiudadPorLada);
        if (row is { EsValidoIsNumber: true, EsValido: [var digit] })
            Check(raw.sqlite3_bind_int(statement, 11, digit - '0'));
        else
            Bind(11, row.EsValido);
        Bind(12, row.FechaMigracion);

        var result = raw.sqlite3_step(statement);
        if (result is not raw.SQLITE_DONE)
            Check(result);
        Check(raw.sqlite3_reset(statement));
    }

    public void Dispose() => statement.Dispose();

    void Bind(int parameter, string? text)
    {
        if (text is null)
        {
            Check(raw.sqlite3_bind_null(statement, parameter));
            return;
        }

        Span<byte> bytes = stackalloc byte[512]; // the longest text made here is under 170 characters, at three bytes each
        var length = Encoding.UTF8.GetBytes(text, bytes);
        Check(raw.sqlite3_bind_text(statement, parameter, bytes[..length]));
    }

    void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
}
