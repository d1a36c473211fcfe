namespace Padron.Adapters.Samples;

/// <summary>A name in capitals, null where the city of the LADA is not known.</summary>
sealed record SampleMunicipality(string? Name, SampleState State);

/// <summary>An area code and who lives there.</summary>
/// <remarks>
/// City is in capitals, null where it is not known. Municipalities are repeated by their weight, so that a plain draw is a weighted one.
/// The slots are the LADA's share of the <see cref="Geography.Slots"/>.
/// </remarks>
sealed record SampleLada(
    int Index, string Code, string? City, SampleState State, SampleMunicipality[] Municipalities, int FirstSlot, int SlotCount)
{
    /// <summary>A national number without its LADA: eight digits after a LADA of two, seven after one of three.</summary>
    public int LocalDigits => 10 - Code.Length;
}
