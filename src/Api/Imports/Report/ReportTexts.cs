using Padron.Application.Imports.Validation;
using Padron.Domain.Numbering;

namespace Padron.Api.Imports.Report;

/// <summary>All that the report says, for the operator: in Spanish, and here only, so that another language is another such class.</summary>
static class ReportTexts
{
    public const string Language = "es-MX";
    public const string Title = "Validación de la importación";
    public const string Score = "Puntuación total";
    public const string Passed = "La importación es válida: alcanza el {0} % que se exige.";
    public const string Failed =
        "La importación no es válida: no alcanza el {0} % que se exige. No extraiga contactos; revise las comprobaciones con fallas, corrija la causa y vuelva a validar.";
    public const string HowScored =
        "La puntuación total es el promedio de las comprobaciones. Todas pesan lo mismo, sin importar cuántos registros revisen; la que no tuvo nada que revisar no cuenta.";

    public const string File = "Archivo";
    public const string Rows = "Filas del archivo";
    public const string Import = "Importación";
    public const string By = "Por";
    public const string StartedAt = "Inicio (UTC)";
    public const string EndedAt = "Fin (UTC)";
    public const string ValidatedAt = "Validada (UTC)";
    public const string Plan = "Plan de numeración";
    public const string NoPlan = "ninguno";

    public const string Checks = "Comprobaciones";
    public const string Check = "Comprobación";
    public const string Compares = "Qué compara";
    public const string Checked = "Revisados";
    public const string Failures = "Fallas";
    public const string Passing = "Aprobado";
    public const string Examples = "Ejemplos";
    public const string NotRun = "sin revisar";
    public const string None = "—";

    public const string RowsHeading = "Qué fue de las filas";
    public const string Rejections = "Filas rechazadas, por motivo";
    public const string States = "Contactos por estado";
    public const string Ladas = "Contactos por LADA (las {0} mayores)";
    public const string Statuses = "Contactos por estatus";
    public const string LineTypes = "Contactos por tipo de línea";
    public const string Details = "Contactos que tienen cada dato";
    public const string Pace = "Filas por segundo durante la importación";
    public const string PaceNote = "De {0} a {1} (UTC), en {2} intervalos de {3} s. Un valle es una pausa o una interrupción.";
    public const string NoFigures = "No hay nada que mostrar.";
    public const string Unknown = "sin dato";

    /// <summary>Names of values that are stored in English; others stand for themselves.</summary>
    public static string Of(string value) => MexicanStates.Find(value)?.Name ?? Values.GetValueOrDefault(value, value is "" ? Unknown : value);

    public static (string Name, string Compares) OfCheck(string name) => CheckTexts.GetValueOrDefault(name, (name, None));

    static readonly Dictionary<string, (string Name, string Compares)> CheckTexts = new()
    {
        [ImportChecks.Counts] = ("Conteos", "Filas del archivo, balance de la importación, contactos y rechazos en la base"),
        [ImportChecks.Numbers] = ("Números", "Cada número con E.164 y con las reglas de numeración de su región"),
        [ImportChecks.Duplicates] = ("Duplicados", "Números y filas de origen de los contactos, entre sí"),
        [ImportChecks.Required] = ("Datos obligatorios", "Número, número original, LADA, fila de origen, y estado donde la LADA lo tiene"),
        [ImportChecks.Places] = ("Estado y LADA", "La LADA con el número y con las del plan; el estado con los 32"),
        [ImportChecks.Streams] = ("Eventos y lecturas", "Eventos y streams con los modelos de lectura"),
        [ImportChecks.Sample] = ("Muestra", "Filas del archivo al azar con el padrón, campo por campo"),
    };

    static readonly Dictionary<string, string> Values = new()
    {
        ["imported"] = "importadas",
        ["already_known"] = "ya conocidas",
        ["duplicates"] = "duplicadas en el archivo",
        ["rejected"] = "rechazadas",
        ["VERIFIED"] = "verificado (móvil)",
        ["UNVERIFIED"] = "sin verificar",
        ["NOT_MOBILE"] = "no móvil",
        ["INVALID"] = "inválido",
        ["EXTRACTED"] = "extraído",
        ["OPTED_OUT"] = "baja",
        ["MOBILE"] = "móvil",
        ["FIXED"] = "fijo",
        ["UNKNOWN"] = "desconocido",
        ["full_name"] = "nombre",
        ["address"] = "dirección",
        ["neighborhood"] = "colonia",
        ["municipality"] = "municipio",
        ["city"] = "ciudad",
        ["empty"] = "vacío",
        ["letters"] = "con letras u otros signos",
        ["several_numbers"] = "varios números",
        ["lossy_notation"] = "redondeado por una hoja de cálculo",
        ["placeholder"] = "de relleno",
        ["foreign"] = "de otro país",
        ["too_short"] = "faltan dígitos",
        ["too_long"] = "sobran dígitos",
        ["unknown_lada"] = "LADA inexistente",
        ["unknown_calling_code"] = "prefijo de ningún país",
    };
}
