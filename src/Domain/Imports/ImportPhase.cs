namespace Padron.Domain.Imports;

/// <summary>What an import is at, in order.</summary>
public enum ImportPhase
{
    /// <summary>Looks at the machine, the server and the source, and makes the backups.</summary>
    Prepare,

    /// <summary>A thousand rows go the whole way into a database that is thrown away.</summary>
    Sample,

    /// <summary>The first rows, after which size and number of batches are set by what was measured.</summary>
    Trial,

    /// <summary>All other rows, and the indexes.</summary>
    Load,

    /// <summary>The register is compared with the source and with itself.</summary>
    Validate,

    /// <summary>Statistics, the server's settings, and the backups that were asked for.</summary>
    Finish,
}
