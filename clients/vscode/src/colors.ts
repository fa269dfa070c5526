// Sixteen colours that every client shares: a participant has the same one everywhere. On a dark ground a thin line in them would be
// hard to see, so there they are mixed with white; names are white on the colour itself on any ground.

export const palette = [
  '#c2410c', '#0e7490', '#7e22ce', '#15803d', '#be123c', '#1d4ed8', '#a16207', '#0f766e',
  '#a21caf', '#4d7c0f', '#4338ca', '#b91c1c', '#0369a1', '#6d28d9', '#9d174d', '#047857',
] as const;

const channels = (hex: string) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** `part` of 1 is all white. */
export function lightened(hex: string, part: number): string {
  return '#' + channels(hex).map((channel) => Math.round(channel + (255 - channel) * part).toString(16).padStart(2, '0')).join('');
}

/** `opacity` from 0 to 1. */
export function translucent(hex: string, opacity: number): string {
  return hex + Math.round(opacity * 255).toString(16).padStart(2, '0');
}

export const colorIndex = (color: number) => ((color % palette.length) + palette.length) % palette.length;

export const onLight = (color: number): string => palette[colorIndex(color)]!;
export const onDark = (color: number): string => lightened(palette[colorIndex(color)]!, 0.4);
