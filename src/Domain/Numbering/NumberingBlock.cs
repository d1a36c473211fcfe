namespace Padron.Domain.Numbering;

/// <summary>What the numbering plan says of a line. Portability between carriers is not reflected in it.</summary>
public enum LineType
{
    /// <summary>No plan was loaded, or it has no block for the number.</summary>
    Unknown,
    Mobile,
    Fixed,
}

/// <summary>A range of national numbers the regulator assigned to one carrier.</summary>
/// <param name="First">First national number, ten digits, inclusive.</param>
/// <param name="Last">Last national number, ten digits, inclusive.</param>
/// <param name="Line">From the plan's MODALIDAD: CPP and MPP are mobile, FIJO is fixed.</param>
/// <param name="Carrier">The carrier the block was first assigned to (RAZON_SOCIAL).</param>
public readonly record struct NumberingBlock(long First, long Last, LineType Line, string Carrier);
