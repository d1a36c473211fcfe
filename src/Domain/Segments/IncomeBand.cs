namespace Padron.Domain.Segments;

/// <summary>LADAs by their income: the highest ICPTH 2022 among the municipalities that <c>mejores_ladas</c> has of a LADA, pesos a quarter and household.</summary>
/// <param name="From">Inclusive; null: from nothing.</param>
/// <param name="Below">Exclusive; null: without end.</param>
public sealed record IncomeBand(decimal? From = null, decimal? Below = null)
{
    internal bool IsPossible => (From is not null || Below is not null) && From is null or >= 0 && Below is null or > 0 && (From is null || Below is null || From < Below);
}
