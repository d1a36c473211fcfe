namespace Padron.Adapters.Samples;

/// <summary>A row of <c>numeros</c> as it is stored, column by column; es_valido is bound as an integer or as text.</summary>
readonly record struct SampleRow(
    long Id,
    string? Numero,
    string? Campo1Original,
    string? Nombre,
    string? Direccion,
    string? Colonia,
    string? MunicipioCof,
    string? EstadoCof,
    string? Lada,
    string? CiudadPorLada,
    string? EsValido,
    bool EsValidoIsNumber,
    string FechaMigracion);
