using Padron.Domain.Imports;

namespace Padron.Application.Imports;

/// <summary>A row of the customer's file, as it stands there. Names are those of the columns of <c>numeros</c>.</summary>
/// <param name="Row">Row id; rises from row to row.</param>
/// <param name="Numero">The phone number, in whatever form.</param>
/// <param name="Campo1Original">The number before anybody cleaned it.</param>
/// <param name="Nombre">Name.</param>
/// <param name="Direccion">Street and number.</param>
/// <param name="Colonia">Neighbourhood.</param>
/// <param name="MunicipioCof">Municipality.</param>
/// <param name="EstadoCof">State, in any spelling.</param>
/// <param name="Lada">Area code; often only the first three digits of the number.</param>
/// <param name="CiudadPorLada">City.</param>
/// <param name="EsValido">0 or N: the source knows the number to be dead.</param>
/// <param name="FechaMigracion">Date of entry, ISO or dd/MM/yyyy.</param>
public sealed record SourceRow(
    long Row, string? Numero, string? Campo1Original, string? Nombre, string? Direccion, string? Colonia, string? MunicipioCof,
    string? EstadoCof, string? Lada, string? CiudadPorLada, string? EsValido, string? FechaMigracion);

/// <summary>A municipality of the customer's table <c>mejores_ladas</c>.</summary>
/// <param name="Ranking">The source's own rank.</param>
/// <param name="Municipio">Municipality.</param>
/// <param name="Estado">State.</param>
/// <param name="Lada">Area code; stands several times in the table.</param>
/// <param name="Icpth2022">Current income per household, pesos a quarter (INEGI ICMM 2022).</param>
public sealed record PremiumMunicipality(int? Ranking, string? Municipio, string? Estado, string Lada, decimal Icpth2022);

/// <summary>A table of the source beside contacts and ranking.</summary>
public sealed record SourceTable(string Name, IReadOnlyList<string> Columns, long Rows);

/// <summary>An open file of contacts.</summary>
/// <remarks>A file that turns out to be damaged is a <see cref="FormatException"/> wherever that is met.</remarks>
public interface IContactSource : IAsyncDisposable
{
    /// <summary>Name without its directory.</summary>
    string FileName { get; }

    /// <summary>Size of the file.</summary>
    long Bytes { get; }

    /// <summary>SHA-256 of the file, in hexadecimal.</summary>
    Task<string> Sha256Async(CancellationToken ct);

    /// <summary>Rows after a row id.</summary>
    Task<long> CountAsync(long afterRow, CancellationToken ct);

    /// <summary>Rows after a row id, in order of their ids, in batches. Blocks while it reads: run it off the caller's thread.</summary>
    IEnumerable<IReadOnlyList<SourceRow>> Read(long afterRow, int batchSize);

    /// <summary>Rows at random row ids, each once: all of a file that has no more than <paramref name="count"/>, otherwise at most as many.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The same seed draws the same rows of the same file.</param>
    IReadOnlyList<SourceRow> Sample(int count, int seed);

    /// <summary>The table <c>mejores_ladas</c>; empty when the file has none.</summary>
    IReadOnlyList<PremiumMunicipality> ReadPremiumMunicipalities();

    /// <summary>Columns of the table of contacts: the usual name, and the file's own, null where it has none.</summary>
    IReadOnlyList<(string Name, string? SourceName)> Columns { get; }

    /// <summary>Tables beside contacts and ranking.</summary>
    IReadOnlyList<SourceTable> OtherTables();

    /// <summary>The rows of one of them, in its own order: numbers, texts, bytes and nulls as SQLite has them, a value for each column.</summary>
    IEnumerable<IReadOnlyList<object?>> ReadOtherTable(SourceTable table);
}

/// <summary>Opens the customer's file.</summary>
public interface IContactSourceOpener
{
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">It is no SQLite file, or has not the table and columns; the message says which are missing.</exception>
    /// <param name="path">The file.</param>
    /// <param name="mapping">Other names of tables and columns.</param>
    IContactSource Open(string path, SourceMapping? mapping = null);

    /// <summary>SHA-256 of a file, in hexadecimal, whatever is in it.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    Task<string> Sha256Async(string path, CancellationToken ct);
}
